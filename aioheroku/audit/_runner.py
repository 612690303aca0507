"""Runs the audit: reads all apps concurrently and yields one record per app."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any
from uuid import UUID

from attrs import define, field, frozen

from aioheroku._campaigns.journal import Journal
from aioheroku._client.campaigns import CONCURRENCY
from aioheroku._client.choice import Choice, named
from aioheroku._client.session import Heroku
from aioheroku.audit._apps import chosen_again
from aioheroku.audit._budget import Budget, budget_of
from aioheroku.audit._changes import Change
from aioheroku.audit._course import Course, PartRequest, Progress, audit, journal_of, measured
from aioheroku.audit._findings import needs
from aioheroku.audit._parts import DEFAULT_PARTS, PARTS
from aioheroku.audit._price import AuditPlan, calls_by_part, expected
from aioheroku.audit._reading import Reading
from aioheroku.audit._records import Record, record_of
from aioheroku.audit._since import Earlier, earlier_of
from aioheroku.audit._survey import Survey, complete_survey, take_survey
from aioheroku.audit._wide import WIDE, pages_of
from aioheroku.errors import HerokuError, InvalidRequest
from aioheroku.resources.apps.apps import App


def _several(names: Iterable[str]) -> Iterable[str]:
    """A single name is a list of one."""
    return (names,) if isinstance(names, str) else names


def _chosen(parts: Iterable[str], name: str = "include") -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(_several(parts)))
    unknown = [part for part in chosen if part not in PARTS]
    if unknown or not chosen:
        problem = f"{unknown[0]!r} is not a part of an app" if unknown else "no part is given"
        raise InvalidRequest(f"{problem}: give one or more of {', '.join(PARTS)}.", name)
    return chosen


def _audited(heroku: Heroku) -> Heroku:
    return heroku.using(priority="batch", label="audit")


def _lowered(domains: Iterable[str]) -> frozenset[str]:
    return frozenset(domain.lower().lstrip("@") for domain in _several(domains))


def _reread(parts: Iterable[str]) -> frozenset[str]:
    return frozenset(_chosen(parts, "reread")) if parts else frozenset()


def calls_for(apps: int, parts: int | Iterable[str]) -> int:
    """The calls of an audit of this number of apps, estimated without knowing the account.

    Args:
        apps: the number of apps.
        parts: the parts to read; for a mere number of parts, each counts as one call per app.
    """
    if isinstance(parts, int):
        return 1 + max(1, pages_of(apps)) + apps * parts
    survey, beforehand = expected(apps, _chosen(parts))
    return beforehand + survey.calls_to_complete + survey.pages + sum(calls_by_part(survey).values())


@define(eq=False)
class _State:
    """What an audit has learned."""

    survey: Survey | None = None
    """Made by `count`, for the next `records`."""
    reading: Reading | None = None


@frozen(kw_only=True)
class Audit:
    """An audit of all apps of an account: `Audit(heroku, include=["dynos", "releases"])`.

    Nothing is sent before `count` or `records` is called. Its calls have the label `audit` and the priority `batch`, so
    that other calls over the same pool go first.

    Raises:
        InvalidRequest: `include` is empty or names an unknown part, or another argument is not usable.
    """

    heroku: Heroku = field(kw_only=False, converter=_audited)
    include: tuple[str, ...] = field(default=DEFAULT_PARTS, converter=_chosen)
    """The parts to read, of `PARTS`. With `DEFAULT_PARTS`, a platform without today's API is read as in 2014."""
    domains: frozenset[str] = field(default=frozenset[str](), converter=_lowered)
    """The mail domains of the account's own people; without any, nobody counts as an outsider."""
    apps: frozenset[str] = field(default=frozenset[str](), converter=named)
    """The names or ids of the apps to audit; without any, all of them."""
    team: str | None = None
    """The name or id of a team: only its apps are audited."""
    match: str | None = None
    """A pattern such as `shop-*`: only apps whose names match it are audited."""
    concurrency: int = CONCURRENCY
    now: datetime | None = None
    """The reference time for ages; by default the platform's, from the `Date` of its first response."""
    account: str | None = None
    """The account's name, where several are audited: the `account` of its records."""
    journal: Journal | None = field(default=None, converter=journal_of)
    """A `Journal` or its path: an audit that was killed continues from it, and reads nothing twice."""
    budget: Budget | None = field(default=None, converter=budget_of)
    """The tokens that it may take, or a `Budget` of several audits: no app is started unless they suffice for it."""
    since: Earlier | None = field(default=None, converter=earlier_of)
    """The path of an earlier report in JSON lines: what cannot have changed since is taken from it."""
    reread: frozenset[str] = field(default=frozenset[str](), converter=_reread)
    """Parts that are read again although the app was not changed."""
    progress: Progress = field(factory=Progress, init=False, eq=False, repr=False)
    """The progress, what is left, and what has changed."""
    _state: _State = field(factory=_State, init=False, eq=False, repr=False)

    async def count(self) -> int:
        """The number of chosen apps; reads what the price depends on.

        That is: the stacks, the list of apps (a call per 1000 apps of the account), and of more than 100 apps the list
        of their pipelines. What it read, the next `records` uses.

        Raises:
            NotFound: one of `apps` does not exist.
            JournalMismatch: the journal belongs to something else; nothing was sent.
        """
        self._state.survey = survey = await self._survey()
        return survey.chosen

    async def _survey(self) -> Survey:
        if self.journal is not None:
            arguments = [[self.include], dict[str, Any]()]
            self.progress.recorded = await asyncio.to_thread(self.journal.examine, audit.__name__, arguments)
        survey = Survey()
        include = None if self.include == DEFAULT_PARTS else self.include
        with measured(self.progress, self.budget):
            apps = self._choice.of(self.heroku, see=survey.see, together=survey.save)
            await take_survey(self.heroku, survey, self._noted(apps, survey), include)
        return survey

    async def _noted(self, apps: AsyncIterable[App], survey: Survey) -> AsyncGenerator[App]:
        """The apps; notes which have not changed since the earlier report, and which may be left."""
        progress = self.progress
        progress.left.clear()
        progress.unchanged.clear()
        async for app in apps:
            if self.budget is not None:
                progress.left[app.id] = app.name
            if self.since is not None:
                kept = self.since.kept(app, self.account, self.include, self.reread, survey.now)
                progress.unchanged.update(kept.keys())
            yield app

    def price(self, apps: int, *, latency: float = 0.0) -> AuditPlan:
        """The price of auditing this number of apps, given the present state of the pool.

        After `count` it is the price of `records` for the apps that were counted. Otherwise it is estimated for an
        account of this size, including `count`.

        Args:
            apps: the number of apps.
            latency: seconds that one response takes.
        """
        survey, beforehand = self._state.survey, 0
        if survey is None or survey.chosen != apps:
            survey, beforehand = expected(apps, self.include)
        return AuditPlan.for_survey(
            self.heroku.pool,
            survey,
            beforehand=beforehand + (self.journal is not None),  # finds out whose journal it is
            unchanged=self.progress.unchanged,
            recorded=self.progress.recorded,
            latency=latency,
            concurrency=self.concurrency,
        )

    @property
    def saved(self) -> Mapping[str, int]:
        """The calls that the last `records` did not need to make, by the part that they would read."""
        reading = self._state.reading
        return MappingProxyType(dict(reading.saved) if reading else {})

    @property
    def absent(self) -> tuple[str, ...]:
        """The parts that the platform does not have, as the last `records` found out; they are in no record."""
        reading = self._state.reading
        return tuple(sorted(reading.absent)) if reading else ()

    @property
    def unlisted(self) -> Mapping[str, HerokuError]:
        """The parts whose account-wide list failed, so that they were read app by app, with the error."""
        reading = self._state.reading
        lists = reading.survey.lists.items() if reading else ()
        return MappingProxyType({part: wide.error for part, wide in lists if wide.error is not None})

    def notes(self) -> Iterator[str]:
        """Remarks about the last `records`, a line each: calls saved, parts that the platform lacks."""
        if any(self.saved.values()):
            parts = ", ".join(f"{part} {calls:,}" for part, calls in sorted(self.saved.items()) if calls)
            yield f"{sum(self.saved.values()):,} calls saved: {parts}."
        for part in self.absent:
            yield f"This platform has no {part}: it was requested for the first app only."
        for part, error in self.unlisted.items():
            yield f"{WIDE[part].path} failed ({type(error).__name__}): the {part} of each app were read separately."

    async def records(self) -> AsyncGenerator[Record]:
        """The records, each as soon as all parts of its app are read. A part that fails is in `record.errors`.

        At most two pages of apps, the apps that are being read, and what the account-wide lists have of each app are in
        memory. Use `contextlib.aclosing` to leave the loop early.

        Raises:
            Unauthorized: the token is no longer valid.
            HerokuError: the apps or stacks cannot be listed; the records before it are complete.
        """
        survey, self._state.survey = self._state.survey or await self._survey(), None
        with measured(self.progress, self.budget):
            await complete_survey(self.heroku, survey)
        self._state.reading = reading = Reading(self.heroku, survey)
        if survey.saved_apps:
            reading.saved["apps"] = survey.saved_apps
        self.progress.restart()
        course = Course(
            survey=survey,
            reading=reading,
            earlier=self.since,
            reread=self.reread,
            account=self.account,
            budget=self.budget,
            progress=self.progress,
        )
        campaign = self.heroku.each(
            audit,
            course.wanted(chosen_again(self.heroku, self._choice, survey)),
            self.include,
            concurrency=self.concurrency,
            journal=self.journal,
            key=PartRequest.key_of,
        )
        try:
            async with reading, campaign as outcomes:
                async for outcome in outcomes:
                    begun = course.take(outcome)
                    if begun is not None:
                        now = self.now or survey.now
                        record = record_of(begun.app, begun.parts, survey, self.domains, now, account=self.account)
                        self._compare(record)
                        yield record
        finally:
            course.end()
        self._note_gone(course.listed)

    def _compare(self, record: Record) -> None:
        """Note what changed since the earlier report."""
        if self.since is not None:
            change = Change.between(self.since.record(record.id, self.account), record.as_json(), needs)
            if change is not None:
                self.progress.changes.append(change)

    def _note_gone(self, listed: Collection[UUID] | None) -> None:
        """Note which apps of the earlier report no longer exist, among those that this audit would choose."""
        if self.since is not None and listed is not None:
            for record in self.since.others(listed, self.account):
                if self._would_choose(record):
                    self.progress.changes.append(Change.gone(record, self.account))

    def _would_choose(self, record: Mapping[str, Any]) -> bool:
        name = record["name"]
        return (
            (not self.apps or bool(self.apps & {name, record["id"]}))
            and (self.match is None or fnmatchcase(name, self.match))
            and (self.team is None or record.get("owner") == f"{self.team}@herokumanager.com")
        )

    @property
    def _choice(self) -> Choice:
        return Choice(apps=self.apps, team=self.team, match=self.match)
