"""The interactive shell."""

import contextlib
import itertools
import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import cmd2
from cmd2.exceptions import SkipPostcommandHooks
from cmd2.plugin import PostparsingData

from audeep.backend.log import LOG
from audeep.cli import WRONG_COMMAND_LINE
from audeep.cli.completion import command_parser, values

if TYPE_CHECKING:
    from audeep.main import AudeepApp

GREETING = """\
auDeep {version}: type a command, such as preprocess; Tab completes commands, options and file names.
help lists all commands, help COMMAND explains one, !PROGRAM runs a system command, quit exits."""

#: Prefixes of lines copied from a terminal or the documentation.
COPIED = re.compile(r"\s*(\$\s+)?(\(audeep\)\s+)?(audeep(\s+|$))?")


class Shell(cmd2.Cmd):
    """Shell that runs commands until ``quit``, with a history that is kept between sessions."""

    def __init__(self, app: "AudeepApp", command_manager: Any, stdin: TextIO, stdout: TextIO) -> None:
        self.app, self.command_manager = app, command_manager
        at_terminal = stdin.isatty()
        super().__init__(
            stdin=stdin,
            stdout=stdout,
            allow_cli_args=False,
            allow_clipboard=False,
            intro=GREETING.format(version=app.version_number) if at_terminal and app.options.verbose_level else "",
            persistent_history_file=history_file() if at_terminal else "",
        )
        self.prompt = f"({app.NAME}) " if at_terminal else ""
        # Only useful to those who program with cmd2.
        self.hidden_commands += ["alias", "edit", "macro", "run_pyscript", "set", "shortcuts"]
        self.register_postparsing_hook(self.redirect)

    def cmdloop(self, intro: Any = "") -> int:
        """Read and run commands; unlike cmd2's own loop, this does not change the signal handlers."""
        if self.intro:
            self.poutput(self.intro)
        self._cmdloop()
        return self.exit_code

    def onecmd_plus_hooks(self, line: str, **keywords: Any) -> bool:
        """Run a line, which may start with a prompt and ``audeep``, and continue after a backslash."""
        while line.endswith("\\"):
            try:
                line = f"{line[:-1]} {self.read_input(self.continuation_prompt)}"
            except (EOFError, KeyboardInterrupt):
                return False
        return super().onecmd_plus_hooks(COPIED.sub("", line, count=1), **keywords)

    def default(self, statement: cmd2.Statement) -> None:
        """Run one of our commands, and add it to the history, as cmd2 does with its own."""
        self.history.append(statement)
        try:
            words = [statement.command, *shlex.split(statement.args)]
        except ValueError as error:
            self.fail(f"invalid line: {error}")
            return
        if {"-h", "--help"} & {*words}:
            self.help(words)
        elif words[0].startswith("-"):
            self.fail(f"a line must start with a command; start the shell with global options: audeep {words[0]}")
        else:
            self.run(words)

    def fail(self, problem: str) -> None:
        """Log why a line cannot be run, and set the exit code, for scripts that are piped into the shell."""
        LOG.error("audeep: %s", problem)
        self.app.failure = WRONG_COMMAND_LINE

    def run(self, words: list[str]) -> None:
        """Run one of our commands, with its output redirected like that of the line."""
        screen, self.app.stdout = self.app.stdout, self.stdout
        try:
            # The reader of the output, such as head, may close the pipe.
            with contextlib.redirect_stdout(self.stdout), contextlib.suppress(BrokenPipeError):
                self.app.run_subcommand(words)
        finally:
            self.app.stdout = screen

    def redirect(self, data: PostparsingData) -> PostparsingData:
        """Parse the file name after ``>`` like other shells; cmd2 ignores backslashes, and errors lack the name."""
        statement = data.statement
        if statement.redirector not in (">", ">>"):
            return data
        lexer = shlex.shlex(statement.raw, posix=True, punctuation_chars=">|")
        lexer.commenters, lexer.whitespace_split = "", True
        words = list(lexer)
        behind = words[len(words) - words[::-1].index(statement.redirector) :]
        if len(behind) != 1:
            self.fail(f"expected one file name after {statement.redirector}, got {len(behind)}")
            raise SkipPostcommandHooks
        path = Path(behind[0]).expanduser()
        try:
            path.open("ab").close()
        except OSError as error:
            self.fail(f"cannot write {path}: {error.strerror}")
            raise SkipPostcommandHooks from None
        data.statement = cmd2.Statement.from_dict(statement.to_dict() | {"redirect_to": str(path)})
        return data

    def help(self, words: list[str]) -> None:
        """Show the help of the command that a line starts with, or list all; no pager, since terminals scroll."""
        words = list(itertools.takewhile(lambda word: not word.startswith("-"), words))
        if not words:
            self.list_commands()
        elif parser := command_parser(self.app, words):
            parser.print_help(self.stdout)
        else:
            self.app.refuse(words)

    def list_commands(self) -> None:
        """Print all commands, with one sentence about each."""
        self.poutput("Commands:")
        for name, entry_point in sorted(self.command_manager):
            if name not in ("complete", "help"):
                sentence = entry_point.load()(self.app, None).get_description().partition("\n")[0]
                self.poutput(f"  {name:<16}  {sentence}")
        own = sorted({*self.get_visible_commands()} - {"help", "shell"})
        self.poutput(f"\nShell commands: {', '.join(own)}; !PROGRAM runs a system command.")
        self.poutput("help COMMAND explains a command; > FILE and | PROGRAM redirect its output.")

    def do_help(self, statement: cmd2.Statement) -> None:
        """Show the help of a command, or list all."""
        words = shlex.split(statement)
        if words and words[0] in {*self.get_visible_commands()} - {"help"}:
            super().do_help(words[0])
        else:
            self.help(words)

    def do_cd(self, statement: cmd2.Statement) -> None:
        """Change the working directory."""
        folder = Path(*shlex.split(statement) or ["~"]).expanduser()
        try:
            os.chdir(folder)
        except OSError as error:
            self.fail(f"cannot change to {folder}: {error.strerror}")

    do_exit = cmd2.Cmd.do_quit

    def complete(
        self, text: str, line: str, begidx: int, endidx: int, custom_settings: Any = None
    ) -> cmd2.Completions:
        """Complete the first word, for which cmd2 knows only its own commands, or what follows."""
        if line[:begidx].strip() or custom_settings is not None:
            return super().complete(text, line, begidx, endidx, custom_settings)
        ours = {name.split()[0] for name, _ in self.command_manager}
        return self.basic_complete(text, line, begidx, endidx, ours | set(self.get_visible_commands()))

    def completedefault(self, text: str, line: str, begidx: int, endidx: int) -> cmd2.Completions:
        """Complete the next word of a command, an option, a value of an option, or a file name."""
        words = line[:begidx].split()
        words = words[words[0] == "help" :]
        names = [name.split() for name, _ in self.command_manager]
        found = {name[len(words)] for name in names if name[: len(words)] == words and len(name) > len(words)}
        parser = command_parser(self.app, words)
        actions = parser._option_string_actions if parser else {}
        if text.startswith("-"):
            found = {*actions}
        elif not found:
            # The option that these words are values of.
            last = next((word for word in reversed(words) if word in actions), None)
            found = {*values(actions[last])} if last else set()
        if found or text.startswith("-"):
            return self.basic_complete(text, line, begidx, endidx, found)
        return self.path_complete(text, line, begidx, endidx)

    complete_help = completedefault


def history_file() -> str:
    """Return the path of the shell's history; empty if it cannot be written."""
    local = os.environ.get("LOCALAPPDATA") if os.name == "nt" else os.environ.get("XDG_STATE_HOME")
    try:
        file = (Path(local) if local else Path.home() / ".local" / "state") / "audeep" / "history"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.open("ab").close()
    except (OSError, RuntimeError):
        return ""
    return str(file)
