"""Account-wide lists: each has one part of many apps, and a page of it replaces many calls.

That an app is missing from such a list does not mean that it has nothing. Whether a list covers the apps of an owner is
known only if it has one of them, if the owner is the account itself, or if a list of the owner's team was read. All
other apps are read one by one.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final, TypeVar
from uuid import UUID

from attrs import define, field, frozen

from aioheroku._client.session import Heroku
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.audit._parts import managed_by, shown_addon, shown_attachment, shown_coupling
from aioheroku.errors import APIError, Gone, HerokuError, NotFound, Unauthorized

T = TypeVar("T")

_PER_APP: Final = 3
"""Estimated rows per app before a list was read: most apps have fewer."""
PAGE: Final = 1000
"""Rows per page."""


def pages_of(rows: int) -> int:
    """The pages of a list of this number of rows."""
    return -(-rows // PAGE)


@frozen
class Wide:
    """An account-wide list that has a part of many apps."""

    path: str
    """Its name in a report."""
    pages: Callable[[Heroku, Range], Pages[Any]]
    shown: Callable[[Any], Any]
    """A row as the part has it."""
    of_team: Callable[[Heroku, str], Pages[Any]] | None
    """The list of one team, where there is one."""
    per_app: int = _PER_APP
    """Estimated rows per app."""

    def pages_for(self, apps: int) -> int:
        """The estimated pages for an account with this number of apps."""
        return max(1, pages_of(apps * self.per_app))


WIDE: Final[Mapping[str, Wide]] = {
    "addons": Wide(
        "GET /addons",
        lambda heroku, start: heroku.addons.list_all(range=start),
        shown_addon,
        lambda heroku, team: heroku.addons.list_by_team(team),
    ),
    "addon-attachments": Wide(
        "GET /addon-attachments",
        lambda heroku, start: heroku.addon_attachments.list(range=start),
        shown_attachment,
        None,
    ),
    "pipelines": Wide(
        "GET /pipeline-couplings",
        lambda heroku, start: heroku.pipeline_couplings.list(range=start),
        shown_coupling,
        lambda heroku, team: heroku.pipeline_couplings.list_by_team(team),
        per_app=1,
    ),
}
"""The parts that an account-wide list has."""


@define
class WideList:
    """What was read of an account-wide list."""

    wide: Wide
    values: dict[UUID, list[Any]] = field(factory=dict[UUID, list[Any]])
    """The part of each app that the list has."""
    covered: set[str] = field(factory=set[str])
    """The e-mail addresses of owners whose apps the list has; an app of theirs that it lacks has none."""
    calls: int = 0
    """Pages read."""
    nameless: bool = False
    """Whether a row does not say of which app it is."""
    error: HerokuError | None = None
    """Why it could not be read to its end. Its rows are not used then: any app may lack one."""

    async def read(self, heroku: Heroku) -> None:
        """Read the list; one that breaks off is resumed once from there.

        Raises:
            Unauthorized: the token is refused.
        """
        pages = self.wide.pages(heroku, FULL)
        for attempt in (1, 2):
            try:
                await self._add(pages)
            except Unauthorized:
                raise
            except HerokuError as error:
                if attempt == 2 or is_unknown_path(error) or not self.calls or pages.cursor is None:
                    self.error = error
                    return
                pages = self.wide.pages(heroku, Range.parse(pages.cursor))
            else:
                return

    async def cover(self, heroku: Heroku, owners: Mapping[UUID, str]) -> None:
        """Determine whose apps it covers; `owners` are those of the audited apps.

        Raises:
            Unauthorized: the token is refused.
        """
        self.covered = {owner for app, owner in owners.items() if app in self.values}
        for owner in sorted(set(owners.values()) - self.covered):
            if await self._add_team(heroku, managed_by(owner)):
                self.covered.add(owner)

    async def _add_team(self, heroku: Heroku, team: str | None) -> bool:
        """Read the list of a team; returns whether it was read: otherwise the team's apps are read one by one."""
        if not team or self.wide.of_team is None:
            return False
        return await unless_refused(self._add(self.wide.of_team(heroku, team)), False)

    async def _add(self, pages: Pages[Any]) -> bool:
        """Add the rows of a list; True when it was read to its end."""
        async for page in pages.pages():
            self.calls += 1
            self._group(page)
        self.calls = max(1, self.calls)  # an empty list has a page too, which is not handed out
        return True

    def _group(self, rows: Iterable[Any]) -> None:
        for row in rows:
            if row.app is None:
                self.nameless = True
            else:
                self.values.setdefault(row.app.id, []).append(self.wide.shown(row))

    def has(self, app: UUID, owner: str) -> bool:
        """Whether it covers the app."""
        return self.error is None and not self.nameless and (app in self.values or owner in self.covered)


def is_unknown_path(error: BaseException) -> bool:
    """Whether the platform does not know the path: a 410, or a 404 that names no resource."""
    return isinstance(error, APIError) and (
        isinstance(error, Gone) or (isinstance(error, NotFound) and not error.resource)
    )


async def unless_refused(work: Awaitable[T], otherwise: T) -> T:
    """What is read, or `otherwise` where it cannot be; a refused token is raised, since nothing can be read with it."""
    try:
        return await work
    except Unauthorized:
        raise
    except HerokuError:
        return otherwise
