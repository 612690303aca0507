"""Runs the audit: reads all apps concurrently and yields one record per app."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast
from uuid import UUID

from attrs import field, frozen

from aioheroku._campaigns.outcomes import Done, Failed, Unknown
from aioheroku._campaigns.plan import CampaignPlan
from aioheroku._client.campaigns import CONCURRENCY
from aioheroku._client.choice import Choice
from aioheroku._client.session import Heroku
from aioheroku._codec import unstructure
from aioheroku.audit._findings import Finding, RuleContext, found
from aioheroku.audit._parts import DEFAULT_PARTS, PARTS
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
    parts: Mapping[str, Any]
    """The parts that were read, by their names in `PARTS`."""
    findings: tuple[Finding, ...]
    errors: tuple[PartError, ...]
    """The parts that could not be read."""

    def as_json(self) -> dict[str, Any]:
        """The record as plain JSON data."""
        return cast("dict[str, Any]", unstructure(self))


def _chosen(parts: Iterable[str]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys((parts,) if isinstance(parts, str) else parts))
    unknown = [part for part in chosen if part not in PARTS]
    if unknown or not chosen:
        problem = f"{unknown[0]!r} is not a part of an app" if unknown else "no part is given"
        raise InvalidRequest(f"{problem}: give one or more of {', '.join(PARTS)}.", "include")
    return chosen


def _named(apps: Iterable[str | UUID]) -> frozenset[str]:
    return frozenset(map(str, (apps,) if isinstance(apps, str | UUID) else apps))


def _audited(heroku: Heroku) -> Heroku:
    return heroku.using(priority="batch", label="audit")


def _lowered(domains: Iterable[str]) -> frozenset[str]:
    return frozenset(domain.lower().lstrip("@") for domain in ((domains,) if isinstance(domains, str) else domains))


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
        InvalidRequest: `include` is empty or names an unknown part.
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

    async def count(self) -> int:
        """The number of chosen apps: one call per 1000 apps of the account, whose items are discarded.

        Raises:
            NotFound: one of `apps` does not exist.
        """
        return sum([1 async for _ in self._chosen_apps()])

    def price(self, apps: int, *, latency: float = 0.0) -> CampaignPlan:
        """The price of auditing this number of apps, given the present state of the pool."""
        calls = calls_for(apps, len(self.include))
        return CampaignPlan.of(self.heroku.pool, calls, latency=latency, concurrency=self.concurrency)

    async def records(self) -> AsyncGenerator[Record]:
        """The records, each as soon as all parts of its app are read. A part that fails is in `record.errors`.

        At most two pages of apps, and the apps that are being read, are in memory. Use `contextlib.aclosing` to leave
        the loop early.

        Raises:
            Unauthorized: the token is no longer valid.
            HerokuError: the apps or stacks cannot be listed; the records before it are complete.
        """
        with self.heroku.capture() as responses:
            stacks = frozenset([stack.name async for stack in self.heroku.stacks.list() if stack.state == "deprecated"])
        now = self.now or next((date for response in responses if (date := response.date)), datetime.now(UTC))
        begun: dict[UUID, dict[str, Any]] = {}
        async with self.heroku.each(self._read, self._wanted(), concurrency=self.concurrency) as outcomes:
            async for outcome in outcomes:
                app, part = outcome.item
                parts = begun.setdefault(app.id, {})
                match outcome:
                    case Done(value=value):
                        parts[part] = value
                    case Failed(error=error) | Unknown(error=error):
                        parts[part] = PartError.of(part, error)
                    case _:  # an audit only reads: nothing is planned
                        continue
                if len(parts) == len(self.include):
                    yield self._record(app, begun.pop(app.id), stacks, now)

    async def _wanted(self) -> AsyncGenerator[tuple[App, str]]:
        async for app in self._chosen_apps():
            for part in self.include:
                yield app, part

    def _chosen_apps(self) -> AsyncGenerator[App]:
        return Choice(apps=self.apps, team=self.team, match=self.match).of(self.heroku)

    async def _read(self, wanted: tuple[App, str]) -> Any:
        app, part = wanted
        return await PARTS[part](self.heroku, app.id)

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
            parts=parts,
            findings=tuple(findings),
            errors=errors,
        )
