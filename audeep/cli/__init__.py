"""The command line: commands, their options and output, and the interactive shell."""

#: Exit codes: a command failed, or its command line is wrong.
FAILED, WRONG_COMMAND_LINE = 1, 2
