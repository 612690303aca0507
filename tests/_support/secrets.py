"""Reads what the library says in a test, for whatever looks like a secret. It touches none of the library's classes.

There are four ways out, and each is read: records of the log at DEBUG, events (tests listen with an `EventLog`),
errors that end a call (the record about them is written while they are handled, so the handler sees them) and errors
that a test expects (with `raises`, in place of pytest's own).
"""

import logging
import re
import sys
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

import pytest

from aioheroku.errors import HerokuError
from aioheroku.events import Event

E = TypeVar("E", bound=BaseException)

SECRETS: Final = re.compile(
    r"s3cr3t"  # in every secret that a test makes up
    r"|HRKU-[\w-]{8,}|Bearer \S+|(?<!:)Basic [\w+/]{8,}=*"  # tokens; a dyno size is called Basic, too
    r"|AKIA[0-9A-F]{16}|sk_live_\w+|\w://\S+:\S+@|(?<![\w-])[0-9a-f]{32,}(?![\w-])"  # the platform's config values
)


def shown(error: BaseException | None) -> Iterator[str]:
    """What a traceback would print of an error, but for its frames: of its causes too, with their notes."""
    while error is not None:
        yield f"{type(error).__name__}: {error} {error!r} {' '.join(getattr(error, '__notes__', ()))}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


class Watch(logging.Handler):
    """Reads records, events and errors; what looks like a secret is a leak."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.leaks: list[str] = []
        self.read: Counter[str] = Counter()

    def check(self, kind: str, text: str) -> None:
        """Read a text."""
        self.read[kind] += 1
        if SECRETS.search(text):
            self.leaks.append(text)

    def emit(self, record: logging.LogRecord) -> None:
        """Read a record, and the error that is being handled where it is written."""
        if record.name == "aiohttp.access":  # of the tests' own servers
            return
        self.check("record", self.format(record))
        error = sys.exc_info()[1]
        if isinstance(error, HerokuError):
            self.error(error)

    def swallow(self, record: logging.LogRecord) -> bool:
        """Read the record, and keep it from everybody else unless it matters."""
        self.emit(record)
        return record.levelno >= logging.WARNING

    def event(self, event: Event) -> None:
        """Read an event."""
        self.check("event", repr(event))

    def error(self, error: BaseException) -> None:
        """Read an error, its causes and their notes."""
        for text in shown(error):
            self.check("error", text)


watch: Final = Watch()
"""The one of this process."""


class EventLog(list[Event]):
    """A listener for `Heroku(on_event=...)`: keeps the events, and reads each."""

    def __call__(self, event: Event) -> None:
        """Take an event."""
        watch.event(event)
        self.append(event)


@contextmanager
def raises(
    expected: type[E] | tuple[type[E], ...], *, match: str | re.Pattern[str] | None = None
) -> Generator[pytest.ExceptionInfo[E]]:
    """`pytest.raises`, which also reads the error."""
    with pytest.raises(expected, match=match) as caught:  # noqa: TID251 - here alone
        yield caught
    watch.error(caught.value)
