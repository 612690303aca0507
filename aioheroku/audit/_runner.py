"""The walk over all apps: many calls at once, one record for each app."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any, Final, cast
from uuid import UUID

from attrs import field, frozen

from aioheroku._client.session import Heroku
from aioheroku._codec import unstructure
from aioheroku.audit._findings import Facts, Finding, found
from aioheroku.audit._parts import PARTS
from aioheroku.errors import HerokuError, InvalidRequest, Unauthorized
from aioheroku.fleet import CONCURRENCY, Price, each
from aioheroku.resources.apps.apps import App

_PAGE: Final = 1000


@frozen
class Trouble:
    """A part of an app that could not be read."""

    part: str
    error: str
    """The class of the error, such as `NotFound`."""
    message: str
    request_id: str | None = None

    @classmethod
    def of(cls, part: str, error: BaseException) -> "Trouble":
        """The trouble that an error stands for."""
        # What is not ours may quote anything, secrets included.
        message = str(error) if isinstance(error, HerokuError) else "unexpected: please report it"
        return cls(part, type(error).__name__, message, getattr(error, "request_id", None))


@frozen(kw_only=True)
class Record:
    """One app as the audit saw it; `unstructure(record)` and `record.as_json()` are plain JSON data."""

    id: UUID
    name: str
    owner: str
    region: str
    stack: str
    maintenance: bool
    created_at: datetime
    released_at: datetime | None
    parts: Mapping[str, Any]
    """What was read, by the names of `PARTS`."""
    findings: tuple[Finding, ...]
    errors: tuple[Trouble, ...]
    """What could not be read."""

    def as_json(self) -> dict[str, Any]:
        """The record as plain JSON data."""
        return cast("dict[str, Any]", unstructure(self))


def _chosen(parts: Iterable[str]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys((parts,) if isinstance(parts, str) else parts))
    unknown = [part for part in chosen if part not in PARTS]
    if unknown or not chosen:
        problem = f"{unknown[0]!r} is not a part of an app" if unknown else "nothing is left to be read"
        raise InvalidRequest(f"{problem}: give one or more of {', '.join(PARTS)}.", "include")
    return chosen


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

    Nothing is sent until it is counted or walked. Its calls have the label `audit` and the priority `batch`, so that
    others who use the pool go first.

    Raises:
        InvalidRequest: a part that does not exist.
    """

    heroku: Heroku = field(kw_only=False, converter=_audited)
    include: tuple[str, ...] = field(default=tuple(PARTS), converter=_chosen)
    """The parts to read, of `PARTS`."""
    domains: frozenset[str] = field(default=frozenset[str](), converter=_lowered)
    """The mail domains whose people belong here: with none given nobody is an outsider."""
    concurrency: int = CONCURRENCY
    now: datetime | None = None
    """The moment from which ages are counted; by default the platform's, as its first response says."""

    async def count(self) -> int:
        """How many apps there are: a call for each 1000, of which nothing is kept."""
        return sum([len(page) async for page in self.heroku.apps.list().pages()])

    def price(self, apps: int, *, latency: float = 0.0) -> Price:
        """What auditing so many apps costs, as the pool stands."""
        calls = calls_for(apps, len(self.include))
        return Price.of(self.heroku.pool, calls, latency=latency, concurrency=self.concurrency)

    async def records(self) -> AsyncGenerator[Record]:
        """The apps, each as soon as all its parts are read. A part that cannot be read is in `record.errors`.

        Memory holds two pages of apps at most and those apps of which some part is under way. Leave it early
        through `contextlib.aclosing`.

        Raises:
            Unauthorized: the token holds no longer.
            HerokuError: the apps or stacks cannot be listed; what came before it is complete.
        """
        with self.heroku.capture() as responses:
            stacks = frozenset([stack.name async for stack in self.heroku.stacks.list() if stack.state == "deprecated"])
        now = self.now or next((date for response in responses if (date := response.date)), datetime.now(UTC))
        begun: dict[UUID, dict[str, Any]] = {}
        async with aclosing(each(self._read, self._wanted(), concurrency=self.concurrency)) as outcomes:
            async for outcome in outcomes:
                if isinstance(outcome.error, Unauthorized):
                    raise outcome.error
                app, part = outcome.item
                parts = begun.setdefault(app.id, {})
                parts[part] = Trouble.of(part, outcome.error) if outcome.error is not None else outcome.value
                if len(parts) == len(self.include):
                    yield self._record(app, begun.pop(app.id), stacks, now)

    async def _wanted(self) -> AsyncGenerator[tuple[App, str]]:
        async for app in self.heroku.apps.list():
            for part in self.include:
                yield app, part

    async def _read(self, wanted: tuple[App, str]) -> Any:
        app, part = wanted
        return await PARTS[part](self.heroku, app.id)

    def _record(self, app: App, read: Mapping[str, Any], stacks: frozenset[str], now: datetime) -> Record:
        values = {part: read[part] for part in self.include}
        errors = tuple(value for value in values.values() if isinstance(value, Trouble))
        parts = {part: value for part, value in values.items() if not isinstance(value, Trouble)}
        findings = list(found(Facts(app, parts, stacks, self.domains, now)))
        if errors:
            findings.append(Finding("error", ", ".join(f"{trouble.part}: {trouble.error}" for trouble in errors)))
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
