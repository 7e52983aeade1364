"""The interactive shell."""

import argparse
import sys
from typing import Any

import cmd2
from cliff.interactive import InteractiveApp


class Shell(InteractiveApp):
    """Runs commands until ``quit``; Tab completes commands, options and file names."""

    def __init__(self, parent_app: Any, *arguments: Any, **keywords: Any) -> None:
        # What cmd2 finds in the arguments of the program it takes for commands, even --quiet.
        argv, sys.argv = sys.argv, sys.argv[:1]
        try:
            super().__init__(parent_app, *arguments, **keywords)
        finally:
            sys.argv = argv
        # cmd2 sets its own prompt after cliff did.
        self.prompt = f"({parent_app.NAME}) " if self.stdin.isatty() else ""

    def precmd(self, statement: cmd2.Statement | str) -> cmd2.Statement:
        """Leave the line as it is; cliff would join its words anew, without their quotes."""
        return cmd2.Cmd.precmd(self, statement)

    def default(self, statement: cmd2.Statement) -> bool | None:
        """Run one of our commands, and remember it, as cmd2 does with its own."""
        self.history.append(statement)
        return super().default(statement)

    def complete(
        self, text: str, line: str, begidx: int, endidx: int, custom_settings: Any = None
    ) -> cmd2.Completions:
        """Complete the first word, which cmd2 would look up among its own commands alone, or what follows."""
        if line[:begidx].strip() or custom_settings is not None:
            return super().complete(text, line, begidx, endidx, custom_settings)
        ours = {name.split()[0] for name, _ in self.command_manager}
        return self.basic_complete(text, line, begidx, endidx, ours | set(self.get_visible_commands()))

    def completedefault(self, text: str, line: str, begidx: int, endidx: int) -> cmd2.Completions:
        """Complete the next word of a command, then its options, then file names."""
        words = line[:begidx].split()
        names = [name.split() for name, _ in self.command_manager]
        following = {name[len(words)] for name in names if name[: len(words)] == words and len(name) > len(words)}
        if text.startswith("-"):
            following = set(self.option_strings(words))
        elif not following:
            return self.path_complete(text, line, begidx, endidx)
        return self.basic_complete(text, line, begidx, endidx, following)

    def option_strings(self, words: list[str]) -> list[str]:
        """Return the options of the command that a line begins with."""
        try:
            factory, name, _ = self.command_manager.find_command(words)
        except ValueError:
            return []
        parser: argparse.ArgumentParser = factory(self.parent_app, None).get_parser(name)
        return [option for action in parser._actions for option in action.option_strings]
