"""The names of the scripted programs."""

from typing import Final

KNOWN: Final = frozenset(
    {"exit", "true", "false", "echo", "printf", "cat", "sleep", "yes", "date", "env", "sh", "bash"}
)


def unlaunched(command: str) -> str:
    """A command without the `launcher` that runs it on a cnb stack."""
    return command.strip().removeprefix("launcher ").lstrip()


def is_known(command: str) -> bool:
    """Whether its first command is a scripted program."""
    return unlaunched(command).split(None, 1)[0].rstrip(";") in KNOWN
