"""What an audit yields: a record for each app."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from attrs import frozen

from aioheroku._codec import unstructure
from aioheroku.audit._findings import Finding, RuleContext, found
from aioheroku.audit._reading import ABSENT
from aioheroku.audit._survey import Survey
from aioheroku.errors import HerokuError
from aioheroku.resources.apps.apps import App


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
    """Time of the app's last change, read before its parts."""
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


def record_of(
    app: App,
    read: Mapping[str, Any],
    survey: Survey,
    domains: frozenset[str],
    now: datetime,
    *,
    account: str | None = None,
) -> Record:
    """The record of an app whose parts were read: values, `PartError`, or `ABSENT`."""
    values = {part: read[part] for part in survey.parts if read[part] != ABSENT}
    errors = tuple(value for value in values.values() if isinstance(value, PartError))
    parts = {part: value for part, value in values.items() if not isinstance(value, PartError)}
    deprecated = frozenset(name for name, state in survey.stacks.items() if state == "deprecated")
    context = RuleContext(app, parts, deprecated, domains, now, survey.stacks, survey.sizes, survey.others)
    findings = [*found(context)]
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
        account=account,
    )
