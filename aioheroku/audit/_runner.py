"""Runs the audit: reads all apps concurrently and yields one record per app."""

from collections.abc import AsyncGenerator, Collection, Iterable, Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any, Final, cast
from uuid import UUID

from attrs import field, frozen

from aioheroku._campaigns.journal import Journal
from aioheroku._campaigns.plan import CampaignPlan
from aioheroku._client.campaigns import CONCURRENCY
from aioheroku._client.choice import Choice
from aioheroku._client.session import Heroku
from aioheroku._codec import unstructure
from aioheroku.audit._budget import Budget, budget_of
from aioheroku.audit._changes import Change
from aioheroku.audit._course import Course, Measured, Progress, Wanted, audit, journal_of
from aioheroku.audit._findings import Finding, RuleContext, found, needs
from aioheroku.audit._parts import DEFAULT_PARTS, PARTS
from aioheroku.audit._since import Earlier, earlier_of
from aioheroku.errors import HerokuError, InvalidRequest
from aioheroku.resources.apps.apps import App

_PAGE: Final = 1000


@frozen
class PartError:
    """A part of an app that could not be read."""

    part: str
    error: str
    """The class of the error, such as `NotFound`."""
    message: str
    request_id: str | None = None

    @classmethod
    def of(cls, part: str, error: BaseException) -> "PartError":
        """The part error for an exception."""
        # The text of a foreign exception may quote anything, secrets included.
        message = str(error) if isinstance(error, HerokuError) else "unexpected: please report it"
        return cls(part, type(error).__name__, message, getattr(error, "request_id", None))


@frozen(kw_only=True)
class Record:
    """The result for one app; `unstructure(record)` and `record.as_json()` are plain JSON data."""

    id: UUID
    name: str
    owner: str
    region: str
    stack: str
    maintenance: bool
    created_at: datetime
    released_at: datetime | None
    updated_at: datetime
    """Time of the last change of the app, before its parts were read."""
    parts: Mapping[str, Any]
    """The parts that were read, by their names in `PARTS`."""
    findings: tuple[Finding, ...]
    errors: tuple[PartError, ...]
    """The parts that could not be read."""
    account: str | None = None
    """The account's name, where several are audited."""

    def as_json(self) -> dict[str, Any]:
        """The record as plain JSON data."""
        return cast("dict[str, Any]", unstructure(self))


def _chosen(parts: Iterable[str], name: str = "include") -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys((parts,) if isinstance(parts, str) else parts))
    unknown = [part for part in chosen if part not in PARTS]
    if unknown or not chosen:
        problem = f"{unknown[0]!r} is not a part of an app" if unknown else "no part is given"
        raise InvalidRequest(f"{problem}: give one or more of {', '.join(PARTS)}.", name)
    return chosen


def _named(apps: Iterable[str | UUID]) -> frozenset[str]:
    return frozenset(map(str, (apps,) if isinstance(apps, str | UUID) else apps))


def _audited(heroku: Heroku) -> Heroku:
    return heroku.using(priority="batch", label="audit")


def _lowered(domains: Iterable[str]) -> frozenset[str]:
    return frozenset(domain.lower().lstrip("@") for domain in ((domains,) if isinstance(domains, str) else domains))


def _reread(parts: Iterable[str]) -> frozenset[str]:
    return frozenset(_chosen(parts, "reread")) if parts else frozenset()


def calls_for(apps: int, parts: int) -> int:
    """The calls of an audit: the list of stacks, the pages of apps, and the parts of each app."""
    pages = max(1, -(-apps // _PAGE))
    return 1 + pages + apps * parts


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
    """The parts to read, of `PARTS`."""
    domains: frozenset[str] = field(default=frozenset[str](), converter=_lowered)
    """The mail domains of the account's own people; without any, nobody counts as an outsider."""
    apps: frozenset[str] = field(default=frozenset[str](), converter=_named)
    """The names or ids of the apps to audit; without any, all of them."""
    team: str | None = None
    """The name or id of a team: only its apps are audited."""
    match: str | None = None
    """A pattern such as `shop-*`: only apps whose names match it are audited."""
    concurrency: int = CONCURRENCY
    now: datetime | None = None
    """The time that ages are measured from; by default the platform's, from the `Date` of its first response."""
    account: str | None = None
    """The account's name, where several are audited: the `account` of its records."""
    journal: Journal | None = field(default=None, converter=journal_of)
    """A `Journal`, or the path of one: killed at any moment, the audit goes on with it, and reads nothing twice."""
    budget: Budget | None = field(default=None, converter=budget_of)
    """The tokens that it may take, or a `Budget` of several audits: no app is begun that they do not suffice for."""
    since: Earlier | None = field(default=None, converter=earlier_of)
    """The path of an earlier report in JSON lines: what cannot have changed since is taken from it."""
    reread: frozenset[str] = field(default=frozenset[str](), converter=_reread)
    """Parts that are read again although the app was not changed."""
    progress: Progress = field(factory=Progress, init=False, eq=False, repr=False)
    """How far it has come, and what is left and has changed."""

    async def count(self) -> int:
        """The number of chosen apps: one call per 1000 apps of the account.

        With an earlier report it also finds out how many calls that will save, for `price`; with a budget it keeps the
        names of the apps, for `progress.left`.

        Raises:
            NotFound: one of `apps` does not exist.
        """
        apps, progress = 0, self.progress
        progress.unchanged = 0
        progress.left.clear()
        course = self._course(self.now or datetime.now(UTC))
        with Measured(progress, self.budget):
            async for app in self._chosen_apps():
                apps += 1
                progress.unchanged += len(course.known(app))
                if self.budget is not None:
                    progress.left[app.id] = app.name
        return apps

    def price(self, apps: int, *, latency: float = 0.0) -> CampaignPlan:
        """The price of auditing this number of apps, given the present state of the pool.

        Args:
            apps: the number of apps.
            latency: seconds that one response takes.
        """
        identity = self.journal is not None  # whose it is
        calls = calls_for(apps, len(self.include)) + identity - self.progress.unchanged
        return CampaignPlan.of(self.heroku.pool, calls, latency=latency, concurrency=self.concurrency)

    async def records(self) -> AsyncGenerator[Record]:
        """The records, each as soon as all parts of its app are read. A part that fails is in `record.errors`.

        At most two pages of apps, and the apps that are being read, are in memory. Use `contextlib.aclosing` to leave
        the loop early.

        Raises:
            Unauthorized: the token is no longer valid.
            HerokuError: the apps or stacks cannot be listed; the records before it are complete.
        """
        self.progress.restart()
        stacks, now = await self._stacks()
        if self.budget is not None and not self.progress.left:
            await self.count()
        course = self._course(now)
        campaign = self.heroku.each(
            audit,
            course.wanted(self._chosen_apps()),
            self.include,
            concurrency=self.concurrency,
            journal=self.journal,
            key=Wanted.key_of,
        )
        try:
            async with campaign as outcomes:
                async for outcome in outcomes:
                    begun = course.take(outcome, PartError.of)
                    if begun is not None:
                        record = self._record(begun.app, begun.parts, stacks, self.now or now)
                        self._compare(record)
                        yield record
        finally:
            course.end()
        self._note_gone(course.listed)

    async def _stacks(self) -> tuple[frozenset[str], datetime]:
        """The deprecated stacks, and the platform's time."""
        with Measured(self.progress, self.budget), self.heroku.capture() as responses:
            stacks = frozenset([stack.name async for stack in self.heroku.stacks.list() if stack.state == "deprecated"])
        return stacks, next((date for response in responses if (date := response.date)), datetime.now(UTC))

    def _course(self, now: datetime) -> Course:
        return Course(
            heroku=self.heroku,
            include=self.include,
            reread=self.reread,
            now=now,
            earlier=self.since,
            account=self.account,
            budget=self.budget,
            progress=self.progress,
        )

    def _compare(self, record: Record) -> None:
        """Note what changed since the earlier report."""
        if self.since is not None:
            before = self.since.record(record.id, self.account)
            change = Change.between(before, record.as_json(), needs)
            if change is not None:
                self.progress.changes.append(change)

    def _note_gone(self, listed: Collection[UUID] | None) -> None:
        """Note which apps of the earlier report there are no longer, of those that this audit would choose."""
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

    def _chosen_apps(self) -> AsyncGenerator[App]:
        return Choice(apps=self.apps, team=self.team, match=self.match).of(self.heroku)

    def _record(self, app: App, read: Mapping[str, Any], stacks: frozenset[str], now: datetime) -> Record:
        values = {part: read[part] for part in self.include}
        errors = tuple(value for value in values.values() if isinstance(value, PartError))
        parts = {part: value for part, value in values.items() if not isinstance(value, PartError)}
        findings = list(found(RuleContext(app, parts, stacks, self.domains, now)))
        if errors:
            findings.append(Finding("error", ", ".join(f"{error.part}: {error.error}" for error in errors)))
        return Record(
            id=app.id,
            name=app.name,
            owner=app.owner.email,
            region=app.region.name,
            stack=app.stack.name,
            maintenance=app.maintenance,
            created_at=app.created_at,
            released_at=app.released_at,
            updated_at=app.updated_at,
            parts=parts,
            findings=tuple(findings),
            errors=errors,
            account=self.account,
        )
