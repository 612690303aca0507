"""Running totals of an audit."""

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from attrs import define, field

from aioheroku.audit import FINDINGS, Record
from aioheroku.cli._formatting import count, duration
from aioheroku.errors import printable
from aioheroku.events import Answered, Event

_EXAMPLES: Final = 3


@define
class Summary:
    """Counts of apps, findings and calls, with a few example apps per finding: its size does not grow with the apps."""

    apps: int = 0
    expected: int | None = None
    """The number of apps to read, once it is known."""
    calls: int = 0
    refused: int = 0
    """Responses with status 429."""
    findings: Counter[str] = field(factory=Counter[str])
    _examples: defaultdict[str, list[str]] = field(factory=lambda: defaultdict[str, list[str]](list))

    def on_event(self, event: Event) -> None:
        """Count a response; a listener for `Heroku(on_event=...)`."""
        if isinstance(event, Answered):
            self.calls += 1
            self.refused += event.status == 429

    def add(self, record: Record) -> None:
        """Count an app."""
        self.apps += 1
        for finding in record.findings:
            self.findings[finding.kind] += 1
            examples = self._examples[finding.kind]
            insort(examples, record.name)
            del examples[_EXAMPLES:]

    def found(self, kinds: Iterable[str]) -> list[str]:
        """The given kinds of findings that at least one app has."""
        return [kind for kind in kinds if self.findings[kind]]

    def lines(self) -> Iterator[str]:
        """The findings, one line each."""
        if not self.apps:
            return
        yield "Where to look" if self.findings else "No findings."
        for kind, about in FINDINGS.items():
            if number := self.findings[kind]:
                more = ", ..." if number > _EXAMPLES else ""
                yield f"  {kind}: {count(number, 'app')} ({about})"
                yield f"      {', '.join(map(printable, self._examples[kind]))}{more}"

    def progress(self) -> str:
        """One sentence: the apps that were read, of how many."""
        of = "" if self.expected is None else f" of {self.expected:,}"
        return f"The report has {self.apps:,}{of} apps."

    def totals(self, seconds: float, left: int) -> str:
        """One line: apps, time, calls, responses with 429, tokens left."""
        refused = f"{self.refused:,} refused (429)" if self.refused else "none refused (429)"
        return (
            f"{count(self.apps, 'app')} in {duration(seconds)}: {count(self.calls, 'call')}, {refused}, "
            f"{count(left, 'token')} left."
        )
