"""A tolerant netrc reader: finds the password of one host, whatever else other programs wrote into the file."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from aioheroku._strings import Masked
from aioheroku.errors import InvalidRequest, bounded, printable

_MAX_BYTES: Final = 2**20
_WITH_VALUE: Final = frozenset({"login", "user", "account", "password", "method", "org", "protocol", "port"})
_KEYWORDS: Final = _WITH_VALUE | {"machine", "default", "macdef"}
_TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.)*)"(?=[ \t]|$)|([^ \t]+)')
_INSTEAD: Final = "or set HEROKU_API_KEY instead"


def path_of(path: Any) -> Path:
    """The netrc file: `path`, else `$NETRC`, else `~/.netrc`.

    Raises:
        InvalidRequest: `path` is not a path, or there is no such home directory.
    """
    given = path or os.environ.get("NETRC") or "~/.netrc"
    name: object = os.fspath(given) if hasattr(given, "__fspath__") else given
    if not isinstance(name, str):
        raise InvalidRequest(f"expected the path of a file, got {type(name).__name__}.", "netrc")
    try:
        return Path(name).expanduser()
    except RuntimeError:
        problem = f"{shown(name)} cannot be found: there is no such home directory."
    raise InvalidRequest(f"{problem} Set NETRC to the path of the file, {_INSTEAD}.", "netrc")


def shown(path: object) -> str:
    """A path for an error message: printable and bounded, so that the advice behind it is not cut off."""
    return bounded(printable(str(path)), 300)


def read(file: Path) -> str:
    """The text of a netrc file. Bytes that are not UTF-8 are kept escaped: they affect only the entry they are in.

    Raises:
        InvalidRequest: the file cannot be read or is larger than 1 MiB. The message quotes nothing from it.
    """
    problem, advice = "it is not a file", f"Set NETRC to the path of a file, {_INSTEAD}."
    data: bytes | None = None
    try:
        # O_NONBLOCK: opening a named pipe would block for ever.
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        try:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                with open(descriptor, "rb", closefd=False) as stream:
                    data = stream.read(_MAX_BYTES + 1)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        problem, advice = "No such file or directory", "Run `heroku login`, or set HEROKU_API_KEY."
    except PermissionError:
        problem, advice = "Permission denied", f"Let this user read it, {_INSTEAD}."
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or "it is not a path"
    if data is None:
        raise InvalidRequest(f"{shown(file)} cannot be read: {problem}. {advice}", "netrc")
    if len(data) > _MAX_BYTES:
        del data
        raise InvalidRequest(f"{shown(file)} is larger than 1 MiB: it is not a netrc file. {advice}", "netrc")
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))  # as PowerShell writes it
    text = data.decode("utf-16", "replace") if utf16 else data.decode("utf-8-sig", "surrogateescape")
    return text.strip("\0")  # padding after an interrupted write


def password(text: str, host: str) -> Masked | None:
    """The last password for a host in the text; the entry `default` is ignored."""
    found = [password for machine, password in _passwords(text) if machine.lower() == host.lower()]
    return found[-1] if found else None


def _passwords(text: str) -> Iterator[tuple[str, Masked]]:
    """The machines with their passwords, in the order of the text; for the entry `default` the machine is empty."""
    machine = ""
    tokens = _Tokens(text)
    for word in tokens:
        if word in _WITH_VALUE:
            value = tokens.value()
            if word == "password" and value:
                yield machine, Masked(value)
        elif word == "machine":
            machine = tokens.value() or ""
        elif word == "default":
            machine = ""
        elif word == "macdef":
            tokens.skip_macro()
            machine = ""
        elif word.startswith("#"):
            tokens.skip_line()
        # Any other keyword belongs to another program; Python's netrc module would reject the whole file.


class _Tokens(Iterator[str]):
    """Tokenizer of a netrc file that keeps track of lines."""

    def __init__(self, text: str) -> None:
        self._lines = re.split(r"\r\n|[\r\n]", text)
        self._line = 0
        self._at = 0

    def __next__(self) -> str:
        while self._line < len(self._lines):
            if found := _TOKEN.search(self._lines[self._line], self._at):
                self._at = found.end()
                return re.sub(r"\\(.)", r"\1", found[2] if found[1] is None else found[1])
            self.skip_line()
        raise StopIteration

    def value(self) -> str | None:
        """The next token as a value; `None` if it is a keyword on the next line, so that the value is missing."""
        line, at = self._line, self._at
        word = next(self, None)
        if word is not None and self._line > line and (word in _KEYWORDS or word.startswith("#")):
            self._line, self._at = line, at
            return None
        return word

    def skip_line(self) -> None:
        """Skip the rest of the line."""
        self._line += 1
        self._at = 0

    def skip_macro(self) -> None:
        """Skip a macro: it ends with an empty line, or before a `machine` if the empty line is missing."""
        self.skip_line()
        while self._line < len(self._lines):
            line = self._lines[self._line]
            if not line.strip() or re.match(r"machine[ \t]", line):
                return
            self.skip_line()
