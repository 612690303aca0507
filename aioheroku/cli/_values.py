"""The arguments `KEY=VALUE` of `config set`. No message here shows a value: an argument may be one."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from aioheroku.cli._status import INTERRUPTED
from aioheroku.cli._streams import echo
from aioheroku.errors import printable


def read(arguments: Sequence[str], *, stdin_taken: bool) -> dict[str, str]:
    """The config vars that are to be set, in the order of their names.

    `KEY=@FILE` is the content of a file, `KEY=-` (or `KEY=@-`) that of standard input, on a terminal typed unseen;
    `KEY=@@TEXT` is a text that begins with `@`. One newline at the end of a file is left out.
    """
    values = dict[str, str]()
    for number, argument in enumerate(arguments, start=1):
        key, equals, value = argument.partition("=")
        if not equals:
            raise click.UsageError(f"Argument {number} is not KEY=VALUE.")
        check_name(key, number)
        if key in values:
            raise click.UsageError(f"{key} is given twice.")
        is_stdin = value in ("-", "@-")
        if is_stdin and stdin_taken:
            raise click.UsageError(f"{key}: standard input is read for something else. Give a file: {key}=@FILE.")
        stdin_taken = stdin_taken or is_stdin
        values[key] = _typed(key) if is_stdin else _value(key, value)
        if "\0" in values[key]:
            raise click.UsageError(f"{key}: the value has a NUL character, which no environment can hold.")
    return dict(sorted(values.items()))


def _value(key: str, text: str) -> str:
    """The value that an argument gives, itself or by the name of a file."""
    if text.startswith("@@"):
        return text[1:]
    return _content(key, Path(text[1:])) if text.startswith("@") else text


def check_name(key: str, number: int) -> None:
    """Refuse what cannot be the name of a config var."""
    if not key or not key.isprintable() or any(map(str.isspace, key)):
        raise click.UsageError(f"Argument {number} does not begin with a valid name of a config var.")


def _typed(key: str) -> str:
    if sys.stdin.isatty():
        try:
            return str(click.prompt(key, hide_input=True, err=True, default="", show_default=False))
        except click.Abort:
            echo("\nNothing was changed.")
            sys.exit(INTERRUPTED)
    return _text(key, sys.stdin.buffer.read(), "standard input")


def _content(key: str, file: Path) -> str:
    name = repr(printable(str(file)))
    try:
        return _text(key, file.read_bytes(), name)
    except (OSError, ValueError) as error:  # a name with a NUL is a ValueError
        # What stands after the @ may be a secret that begins so.
        text = getattr(error, "strerror", None) or "it cannot be read"
        raise click.UsageError(
            f"{key}: the file after the @ cannot be used: {text}. For a text that begins with @ write {key}=@@..."
        ) from None


def _text(key: str, content: bytes, name: str) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise click.UsageError(f"{key}: {name} is not text in UTF-8.") from None
    return text.removesuffix("\n").removesuffix("\r")
