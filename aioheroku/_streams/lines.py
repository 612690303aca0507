"""The grammar of a log line: from bytes without a line end to a `LogLine`, whose parts are parsed on first use."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, Final, Literal

from attrs import field, frozen

from aioheroku._clock import aware
from aioheroku._streams.router import RouterLine

Level = Literal["info", "warning", "critical"]

_LINE: Final = re.compile(r"(\S+) ([^\s\[:]+)(?:\[([^\]]*)\])?: ?(.*)", re.DOTALL)
_HEAD: Final = rb"\d{4}-[01]\d-[0-3]\d[Tt]\d\d:[^ ]*+ [^\s\[:]++(?:\[[^\]]*+\])?+:"
"""The beginning of every line that does not continue the one before."""
_is_head: Final = re.compile(_HEAD).match
_continues: Final = re.compile(rb"\n(?!" + _HEAD + rb")").search
_ORIGIN: Final = re.compile(r"([^\s\[:]+)(?:\[([^\]]*)\])?")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:?\d\d)?", re.ASCII)
_ERROR: Final = re.compile(r"Error ([A-Z]\d{2,3})\b", re.ASCII)
_EXIT: Final = re.compile(r"Process exited with status (\d+)", re.ASCII)
_STATE: Final = re.compile(r"State changed from \S+ to (\w+)", re.ASCII)
_PLATFORM: Final = frozenset({"heroku", "logplex", "heroku-router", "heroku-runtime", "heroku-api"})
"""The sources that are the platform's own, in lower case; an add-on's may begin with `heroku-` too."""
_WARNINGS: Final = frozenset(
    {"H15", "H16", "H17", "H28", "H80", "R12", "R13", "R151", "R16", "R99", "L10", "L11", "L12"}
)
_INFOS: Final = frozenset({"H27", "H81", "H82"})
"""Levels as in the Heroku CLI; every other code is critical."""
_MOST_ORIGINS: Final = 10_000


@frozen(slots=False)
class LogLine:
    """One line of an app's log.

    See <https://devcenter.heroku.com/articles/logging#log-format>.
    """

    at: datetime | None
    """When it was written, by its source's clock. A line that continues the one before has the same time."""
    source: str | None
    """Who wrote it: `app`, `heroku`, `logplex`, or an add-on's name."""
    process: str | None
    """Which process, such as `web.1`, `router` or `run.1234`."""
    text: str
    """The text; bytes that are not UTF-8 are replaced."""
    raw: bytes = field(repr=False)
    """The line as it came, without its line end and without NUL bytes."""
    late: bool = False
    """Whether a later log session delivered it, out of order: after lines that were written later."""

    def __getattr__(self, name: str) -> Any:
        """Parse a line made by `Grammar` when one of its parts is first read: few parts of most lines are."""
        made = vars(self)
        if name not in _PARSED or "raw" not in made:
            raise AttributeError(name)
        made.update(zip(_PARSED, _parsed(made["raw"]), strict=True))
        return made[name]

    @cached_property
    def router(self) -> RouterLine | None:
        """The fields of a line of Heroku's router; `None` for any other line."""
        is_router = self.source == "heroku-router" or (self.source == "heroku" and self.process == "router")
        return RouterLine.parse(self.text) if is_router else None

    @cached_property
    def code(self) -> str | None:
        """The platform's error code, such as `H12`, `R14` or `L10`.

        See <https://devcenter.heroku.com/articles/error-codes>.
        """
        if self.router is not None:
            return self.router.code
        found = _ERROR.match(self.text) if self._is_platform else None
        return found[1] if found else None

    @property
    def level(self) -> Level | None:
        """The severity of `code`; `None` without a code."""
        if self.code is None:
            return None
        if self.code in _WARNINGS:
            return "warning"
        return "info" if self.code in _INFOS else "critical"

    @property
    def exit_status(self) -> int | None:
        """The status that a process exited with, if the platform reports it in this line."""
        found = _EXIT.match(self.text) if self._is_platform else None
        return int(found[1]) if found else None

    @property
    def new_state(self) -> str | None:
        """The state that a dyno has entered, such as `up` or `crashed`, if the platform reports it in this line."""
        found = _STATE.match(self.text) if self._is_platform else None
        return found[1] if found else None

    @property
    def _is_platform(self) -> bool:
        return self.source is not None and self.source.lower() in _PLATFORM


type.__setattr__(LogLine, "late", False)  # so that a line needs only its bytes: 107 instead of 147 ns to create one
_PARSED: Final = ("at", "source", "process", "text")
_new: Final = object.__new__


class Grammar:
    """Reads the lines of one log in order: a line without a timestamp continues the one before."""

    def __init__(self) -> None:
        self._before: bytes | None = None

    def read(self, raw: bytes) -> "bytes | LogLine":
        """The input for `line_of`: the bytes themselves, unless they continue the line before."""
        if _is_head(raw) is not None:
            self._before = raw
            return raw
        origin = (None, None, None) if self._before is None else _parsed(self._before)[:3]
        return LogLine(*origin, raw.decode("utf-8", "replace").removesuffix("\r"), raw)

    def read_all(self, lines: Sequence[bytes]) -> "Sequence[bytes | LogLine]":
        """The same for consecutive lines; all at once if none continues another, which is usual."""
        if _continues(b"\n".join((b"", *lines))):
            return list(map(self.read, lines))
        self._before = lines[-1]
        return lines

    def parse(self, raw: bytes) -> LogLine:
        """The line of these bytes."""
        return line_of(self.read(raw))


def line_of(item: bytes | LogLine) -> LogLine:
    """The line for the result of `Grammar.read`; it has only its bytes until an attribute is read."""
    if item.__class__ is not bytes:
        return item  # type: ignore[return-value]  # pyright: ignore[reportReturnType]
    line = _new(LogLine)
    line.__dict__["raw"] = item
    return line


def _parsed(raw: bytes) -> tuple[datetime | None, str | None, str | None, str]:
    """The parts of a line that does not continue another one.

    A line of the usual form is split at its first colon and space; the regular expression, which takes three
    times as long, reads the others.
    """
    whole = raw.decode("utf-8", "replace").removesuffix("\r")
    head, colon, text = whole.partition(": ")
    moment, _, origin = head.partition(" ")
    known = _origin(origin) if colon else None
    if known is None:
        found = _LINE.fullmatch(whole)
        if found is None:
            return None, None, None, whole
        moment, known, text = str(found[1]), (str(found[2]), found[3]), str(found[4])
    at = _moment(moment)
    return (None, None, None, whole) if at is None else (at, known[0], known[1], text)


@lru_cache(_MOST_ORIGINS)
def _origin(text: str) -> tuple[str, str | None] | None:
    found = _ORIGIN.fullmatch(text)
    return None if found is None else (found[1], found[2])


def _moment(text: str) -> datetime | None:
    if not _MOMENT.fullmatch(text):
        return None
    try:
        return aware(datetime.fromisoformat(text))
    except ValueError:  # such as a 30th of February
        return None
