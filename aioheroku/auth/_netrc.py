"""Reading netrc files that other programs write: the password of one host, whatever else stands in the file."""

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
_WORDS: Final = _WITH_VALUE | {"machine", "default", "macdef"}
_TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.)*)"(?=[ \t]|$)|([^ \t]+)')
_INSTEAD: Final = "or set HEROKU_API_KEY instead"


def path_of(path: Any) -> Path:
    """The file that is meant: `path`, else `$NETRC`, else `~/.netrc`.

    Raises:
        InvalidRequest: it is not a path, or there is no such home directory.
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
    """A path as an error names it: a terminal is not driven by it, and advice that follows is not cut off."""
    return bounded(printable(str(path)), 300)


def read(file: Path) -> str:
    """The text of a netrc file. Bytes that are not UTF-8 stay apart: only the entry they stand in is spoiled.

    Raises:
        InvalidRequest: it is not a file that can be read, or larger than 1 MiB. The text quotes nothing of it.
    """
    problem, advice = "it is not a file", f"Set NETRC to the path of a file, {_INSTEAD}."
    data: bytes | None = None
    try:
        # Not blocking: a named pipe in its place would let the program wait for ever.
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
    return text.strip("\0")  # of a write that was cut off


def password(text: str, host: str) -> Masked | None:
    """The last password that the text holds for a host; that of the entry `default` is for other hosts."""
    found = None
    here = False
    tokens = _Tokens(text)
    for word in tokens:
        if word == "machine":
            here = (tokens.value() or "").lower() == host.lower()
        elif word == "default":
            here = False
        elif word == "macdef":
            tokens.skip_macro()
            here = False
        elif word in _WITH_VALUE:
            value = tokens.value()
            if here and word == "password" and value:
                found = value
        elif word.startswith("#"):
            tokens.skip_line()
        # Else a word of another program's: Python's own netrc module would refuse the file.
    return Masked(found) if found is not None else None


class _Tokens(Iterator[str]):
    """The words of a netrc file, which know where their line ends."""

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
        """The word that follows, unless it is a keyword of the next line: then this one has no value."""
        line, at = self._line, self._at
        word = next(self, None)
        if word is not None and self._line > line and (word in _WORDS or word.startswith("#")):
            self._line, self._at = line, at
            return None
        return word

    def skip_line(self) -> None:
        """Go on with the next line."""
        self._line += 1
        self._at = 0

    def skip_macro(self) -> None:
        """Go on behind an empty line, which ends a macro, or at a `machine` that follows without one."""
        self.skip_line()
        while self._line < len(self._lines):
            line = self._lines[self._line]
            if not line.strip() or re.match(r"machine[ \t]", line):
                return
            self.skip_line()
