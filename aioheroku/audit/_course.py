"""What an audit reads, app by app: not what an earlier report still covers, and no more than the budget allows."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from attrs import define, field, frozen

from aioheroku._campaigns.journal import Journal
from aioheroku._campaigns.outcomes import Done, Outcome, Planned
from aioheroku._middleware.meter import Meter, current
from aioheroku.audit._budget import Budget
from aioheroku.audit._changes import Change
from aioheroku.audit._reading import Reading
from aioheroku.audit._records import PartError
from aioheroku.audit._since import Earlier, revived
from aioheroku.audit._survey import Survey
from aioheroku.resources.apps.apps import App

_SETTLED: Final = 3.0
"""Seconds after which a further change of an app gets another `updated_at`, whose resolution is a second."""


@frozen
class PartRequest:
    """A part of an app to read; empty if no part of the app has to be read."""

    reading: Reading = field(repr=False)
    app: App
    part: str

    def key_of(self) -> str:
        """Its name in a journal: it changes with the app, so that a changed app is read again."""
        return f"{self.app.id} {self.part} {self.app.updated_at.isoformat()}"


def journal_of(value: "str | os.PathLike[str] | Journal | None") -> Journal | None:
    """A path as a journal. Waiting for the disk after each part would not pay: it is flushed once a second."""
    return Journal(Path(value), fsync="batch") if isinstance(value, str | os.PathLike) else value


async def audit(wanted: PartRequest, include: tuple[str, ...]) -> Any:  # noqa: ARG001 - the journal identifies it by these
    """Read a part of an app. It is the call of the campaign: a journal identifies it by its name and the parts."""
    return await wanted.reading.read(wanted.app, wanted.part) if wanted.part else None


@define
class Progress:
    """The progress of an audit."""

    done: int = 0
    """The apps whose records were delivered."""
    kept: int = 0
    """The parts that were taken from the earlier report; each saves a call."""
    resumed: int = 0
    """The parts that were taken from the journal."""
    tokens: int = 0
    """The tokens taken, including those of counting."""
    changes: list[Change] = field(factory=list[Change])
    """What changed since the earlier report; which apps are gone is known at the end."""
    left: dict[UUID, str] = field(factory=dict[UUID, str])
    """The names of apps that were not read; without a budget, only of those that were started."""
    unchanged: Counter[str] = field(factory=Counter[str])
    """The apps that counting found unchanged since the earlier report, by the parts that it has of them."""
    recorded: int = 0
    """The parts that the journal had when the apps were counted."""

    def restart(self) -> None:
        """Start again, keeping what counting has found."""
        self.done = self.kept = self.resumed = 0
        self.changes.clear()


@define(eq=False)
class Begun:
    """An app that is being read."""

    app: App
    parts: dict[str, Any]
    missing: int
    """The number of parts that are not read yet."""


@define(eq=False, kw_only=True)
class Course:
    """One run of an audit."""

    survey: Survey
    reading: Reading
    earlier: Earlier | None
    reread: frozenset[str]
    account: str | None
    budget: Budget | None
    progress: Progress
    listed: set[UUID] | None = None
    """All apps, once they are listed; only if there is an earlier report."""
    _began: float = field(init=False)
    _seen: set[UUID] = field(factory=set[UUID], init=False)
    _begun: dict[UUID, Begun] = field(factory=dict[UUID, Begun], init=False)
    _counted: int = field(default=0, init=False)
    """The tokens of listing counted so far."""

    def __attrs_post_init__(self) -> None:
        self._began = asyncio.get_running_loop().time()

    async def wanted(self, apps: AsyncIterator[App]) -> AsyncGenerator[PartRequest]:
        """The parts to read, app by app."""
        async for app in self._settled(apps):
            parts = await self._at_hand(app)
            kept = self._kept(app, [part for part in self.survey.parts if part not in parts])
            to_read = [part for part in self.survey.parts if part not in parts | kept]
            if not await self._admitted(len(to_read)):
                return
            self.progress.left[app.id] = app.name
            self.progress.kept += len(kept)
            self._begun[app.id] = Begun(app, parts | kept, len(to_read))
            for part in to_read or ("",):
                yield PartRequest(self.reading, app, part)
        if self.earlier is not None:
            self.listed = self._seen

    def _kept(self, app: App, parts: list[str]) -> dict[str, Any]:
        """The parts among these that the earlier report still covers."""
        if self.earlier is None:
            return {}
        return self.earlier.kept(app, self.account, parts, self.reread, self.survey.now)

    async def _settled(self, apps: AsyncIterator[App]) -> AsyncGenerator[App]:
        """The apps; last those that changed so recently that a further change might have the same `updated_at`."""
        recent = list[App]()
        async for app in apps:
            if self.earlier is not None:
                self._seen.add(app.id)
            if abs(self._age(app)) < _SETTLED:
                recent.append(app)
            else:
                yield app
        for app in recent:
            await asyncio.sleep(max(0.0, _SETTLED - self._age(app)))
            yield app

    def _age(self, app: App) -> float:
        """Seconds since the app's last change."""
        return (self.survey.now - app.updated_at).total_seconds() + asyncio.get_running_loop().time() - self._began

    async def _at_hand(self, app: App) -> dict[str, Any]:
        """The parts of an app that need no call."""
        free = [part for part in self.survey.parts if self.reading.has(app, part)]
        return {part: await self.reading.read(app, part) for part in free}

    async def _admitted(self, calls: int) -> bool:
        meter = current.get() or Meter()
        listing, self._counted = meter.tokens - self._counted, meter.tokens
        self.progress.tokens += listing
        if self.budget is None:
            return True
        self.budget.spend(listing)
        return await self.budget.admit(calls)

    def take(self, outcome: Outcome[PartRequest, Any]) -> Begun | None:
        """Take the result of a part; returns the app if that was its last part."""
        app, part = outcome.item.app, outcome.item.part
        begun = self._begun[app.id]
        if part:
            begun.missing -= 1
            begun.parts[part] = _value_of(outcome)
            resumed = isinstance(outcome, Done) and outcome.resumed
            self.progress.resumed += resumed
            taken = 0 if resumed else outcome.tokens
            self.progress.tokens += taken
            if self.budget is not None:
                self.budget.settle(taken)
        if begun.missing:
            return None
        del self._begun[app.id]
        self.progress.done += 1
        del self.progress.left[app.id]
        return begun

    def end(self) -> None:
        """Give back the tokens reserved for parts that will not be read."""
        if self.budget is not None:
            self.budget.release(sum(begun.missing for begun in self._begun.values()))


def _value_of(outcome: Outcome[PartRequest, Any]) -> Any:
    """What was read of a part: its value, or its error."""
    if isinstance(outcome, Done):
        return revived(outcome.value) if outcome.resumed else outcome.value
    if isinstance(outcome, Planned):
        raise TypeError  # an audit only reads: nothing is planned
    return PartError.of(outcome.item.part, outcome.error)


@contextmanager
def measured(progress: Progress, budget: Budget | None) -> Generator[None]:
    """Counts the tokens of calls made inside."""
    meter = Meter()
    token = current.set(meter)
    try:
        yield
    finally:
        current.reset(token)
        progress.tokens += meter.tokens
        if budget is not None:
            budget.spend(meter.tokens)
