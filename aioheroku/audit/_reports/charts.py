"""The figures of the charts: counts by label, small whatever the number of apps."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final

from attrs import define, field, frozen

from aioheroku.audit._reports.rows import Row
from aioheroku.errors import printable

_MOST: Final = 8
"""Maximum bars of a chart; the rest is summed up."""
_DIFFERENT: Final = 1000
"""Maximum labels that are counted separately: no account has more."""
_LABEL: Final = 28
_AGES: Final = (("Last 7 days", 7), ("Last 30 days", 30), ("Last 90 days", 90), ("Last year", 365))
_OLDER, _NEVER = "Older than a year", "Never"
_MONTHS: Final = 12
_ENDED, _LATER = "ended", "later"
_STACKS: Final = {"stack-end-of-life": ("bad", "end of life"), "deprecated-stack": ("warn", "deprecated")}
"""Findings about an app's stack: the tone of its bar, and what stands beside its name; the worst first."""


@frozen
class Bar:
    """A bar of a chart: its label, its value, and its length in percent of the longest."""

    label: str
    value: int
    length: float
    tone: str = ""
    note: str = ""
    """A second line of the label."""
    x: float = 0.0
    """Where it stands, in percent of the width."""
    kept: bool = True
    """Whether its label is shown where there is room for few."""
    kept_note: str = ""
    """The second line of it there."""


def _share(value: int, of: int) -> float:
    return round(100 * value / of, 2) if of else 0.0


@define
class Charts:
    """The counts of all charts; ages are those at the moment of the audit."""

    at: datetime
    _stacks: Counter[str] = field(factory=Counter[str], init=False)
    _marks: dict[str, str] = field(factory=dict[str, str], init=False)
    """The worst finding about a stack."""
    _ages: Counter[str] = field(factory=Counter[str], init=False)
    _sizes: Counter[str] = field(factory=Counter[str], init=False)
    _ends: Counter[str] = field(factory=Counter[str], init=False)

    def add(self, row: Row) -> None:
        """Count an app."""
        stack = _labelled(row.text("stack") or "?", self._stacks)
        self._stacks[stack] += 1
        found = {kind for kind, _ in row.findings} | {self._marks.get(stack, "")}
        self._marks[stack] = next((kind for kind in _STACKS if kind in found), "")
        self._ages[self._age(row.released)] += 1
        for size, number in row.sizes.items():
            self._sizes[_labelled(size, self._sizes)] += number
        for end in row.certificates:
            self._ends[self._end(end)] += 1

    @property
    def dynos(self) -> int:
        """The number of dynos."""
        return self._sizes.total()

    @property
    def certificates(self) -> int:
        """The number of certificates."""
        return self._ends.total()

    def stacks(self) -> list[Bar]:
        """Apps by stack, the most frequent first."""
        return list(_longest(self._stacks, self._marks))

    def ages(self) -> list[Bar]:
        """Apps by the age of their newest release."""
        labels = [*(label for label, _ in _AGES), _OLDER, _NEVER]
        most = max(self._ages.values(), default=0)
        tones = {_OLDER: "warn"}
        return [
            Bar(label, self._ages[label], _share(self._ages[label], most), tones.get(label, ""))
            for label in labels
            if self._ages
        ]

    def sizes(self) -> list[Bar]:
        """Dynos by size, the most frequent first."""
        return list(_longest(self._sizes, {}))

    def ends(self) -> list[Bar]:
        """Certificates by the month in which they expire; expired ones first."""
        if not self._ends:
            return []
        slots = [(_ENDED, _ENDED, ""), *self._months(), (_LATER, _LATER, "")]
        most, soon = max(self._ends.values()), f"{self.at + timedelta(days=30):%Y-%m}"
        tones = {_ENDED: "bad"} | {key: "warn" for key, _, _ in slots if key[:1].isdigit() and key <= soon}
        kept = [key for key, _, _ in slots[3:-1:4]]  # neither of them touches the first and the last
        years = dict(reversed([(key[:4], key) for key in kept])).values()  # the first of each year
        return [
            Bar(
                label,
                self._ends[key],
                _share(self._ends[key], most),
                tones.get(key, ""),
                note,
                100 * number / len(slots),
                key in {_ENDED, _LATER, *kept},
                key[:4] if key in years else "",
            )
            for number, (key, label, note) in enumerate(slots)
        ]

    def _age(self, released: datetime | None) -> str:
        if released is None:
            return _NEVER
        days = (self.at - released) / timedelta(days=1)
        return next((label for label, most in _AGES if days <= most), _OLDER)

    def _end(self, end: datetime) -> str:
        if end < self.at:
            return _ENDED
        month = f"{end:%Y-%m}"
        return month if month in {key for key, _, _ in self._months()} else _LATER

    def _months(self) -> Iterator[tuple[str, str, str]]:
        """The months from now on: key, name, and the year where it begins."""
        firsts = accumulate(range(_MONTHS), lambda month, _: _next(month), initial=self.at.replace(day=1))
        for number, first in zip(range(_MONTHS), firsts, strict=False):
            yield f"{first:%Y-%m}", f"{first:%b}", f"{first:%Y}" if number == 0 or first.month == 1 else ""


def _next(month: datetime) -> datetime:
    return (month + timedelta(days=32)).replace(day=1)


def _labelled(text: str, counted: Counter[str]) -> str:
    """The label of a value: short, and of a limited number of different ones."""
    label = printable(text) if len(text) <= _LABEL else f"{printable(text[: _LABEL - 3])}..."
    return label if label in counted or len(counted) < _DIFFERENT else "others"


def _longest(counts: Counter[str], marks: Mapping[str, str]) -> Iterator[Bar]:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    shown = ordered if len(ordered) <= _MOST else ordered[: _MOST - 1]
    rest = sum(number for _, number in ordered[len(shown) :])
    most = max([rest, *(number for _, number in shown[:1])])
    for label, number in shown:
        yield Bar(label, number, _share(number, most), *_STACKS.get(marks.get(label, ""), ("", "")))
    if rest:
        yield Bar(f"{len(ordered) - len(shown)} others", rest, _share(rest, most))
