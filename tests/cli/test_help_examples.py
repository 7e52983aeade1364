"""What the help of every command owes its reader: a summary, what goes in and out, examples that work."""

import argparse
from importlib.metadata import entry_points

import pytest
from cliff.command import Command
from cliff.display import DisplayCommandBase

from tests.helpers.command_lines import application, command_lines, parse, parser_of

COMMANDS = sorted(point.name.replace("_", " ") for point in entry_points(group="audeep.commands"))
READS = {"--input", "--basedir", "--model-dir", "--train-input", "--eval-input"}
WRITES = {"--output", "--run-name", "--plot", "--plot-filters"}
#: What can be read or written.
KINDS = ("data set", "folder", "file", "FILE")


@pytest.fixture(params=COMMANDS)
def command(request: pytest.FixtureRequest) -> Command:
    factory, name, _ = application().command_manager.find_command(request.param.split())
    return factory(application(), None, cmd_name=name)


@pytest.fixture
def parser(command: Command) -> argparse.ArgumentParser:
    return parser_of(command.cmd_name)


def helps(parser: argparse.ArgumentParser, names: set[str]) -> list[str]:
    """Return the help texts of those of the options that there are."""
    return [str(action.help) for action in parser._actions if names & set(action.option_strings)]


def test_begins_with_a_sentence(parser: argparse.ArgumentParser) -> None:
    summary, *rest = str(parser.description).strip().splitlines()
    assert summary[0].isupper()
    assert summary.endswith(".")
    # What follows is set off, so that lists of commands show the sentence alone.
    assert not rest or rest[0] == ""


def test_names_what_it_reads(parser: argparse.ArgumentParser) -> None:
    texts = helps(parser, READS)
    # That of 'compare' is a kind of classifier.
    texts += [text for text in helps(parser, {"--classifier"}) if text.startswith("folder")]
    assert texts
    assert all(any(kind in text for kind in KINDS) for text in texts)


def test_names_what_it_writes(command: Command, parser: argparse.ArgumentParser) -> None:
    texts = helps(parser, WRITES)
    # What a display command writes is its table.
    assert texts or isinstance(command, DisplayCommandBase)
    assert all(any(kind in text for kind in KINDS) for text in texts)


def test_explains_every_option(parser: argparse.ArgumentParser) -> None:
    assert [action.option_strings for action in parser._actions if not (action.help or "").strip()] == []
    # No default is written as Python represents an object.
    assert [action.option_strings for action in parser._actions if " object at 0x" in str(action.help)] == []


def test_examples_parse(command: Command, parser: argparse.ArgumentParser) -> None:
    lines = command_lines(str(parser.epilog))
    assert lines
    # Some show first how to make the spectrograms that they want.
    assert {parse(line)[0] for line in lines} - {"preprocess"} == {command.cmd_name} - {"preprocess"}


def test_an_example_that_is_wrong_is_found() -> None:
    text = (
        "examples:\n  audeep svm evaluate --input x.nc \\\n      --complexity 1\n  audeep svm evaluate --imput x.nc"
    )
    right, wrong = command_lines(text)
    assert parse(right)[1].complexity == 1
    with pytest.raises(SystemExit):
        parse(wrong)
    with pytest.raises(ValueError, match="Unknown command"):
        parse("audeep svm asses --input x.nc")
