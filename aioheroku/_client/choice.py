"""Which apps the audit and the commands for many apps work on."""

from collections.abc import AsyncGenerator, Callable, Iterable
from fnmatch import fnmatchcase
from typing import Final
from uuid import UUID

from attrs import field, frozen

from aioheroku._client.filtered import PER_CALL, apps_by_id
from aioheroku._client.session import Heroku
from aioheroku.errors import APIError, NotFound
from aioheroku.resources.apps.apps import App

_WITHOUT_FILTERS: Final = frozenset({403, 404, 410, 422})
"""Statuses of a platform without filters, or without filters for this account: each app is then requested alone."""


def named(apps: Iterable[str | UUID]) -> frozenset[str]:
    """Names and ids of apps, or a single one."""
    return frozenset(map(_plain, (apps,) if isinstance(apps, str | UUID) else apps))


def _plain(app: str | UUID) -> str:
    """A name as it is, and an id as the platform writes it."""
    try:
        return str(UUID(str(app)))  # the name of an app is never this long
    except ValueError:
        return str(app)


@frozen(kw_only=True)
class Choice:
    """Apps by name, team and pattern; if several are given, an app must match all of them.

    Attributes:
        apps: names or ids; without any, all apps of the account.
        team: the name or id of a team.
        match: a pattern of names, such as `shop-*`.
    """

    apps: frozenset[str] = field(default=frozenset[str](), converter=named)
    team: str | None = None
    match: str | None = None

    async def of(
        self,
        heroku: Heroku,
        absent: list[str] | None = None,
        see: Callable[[App], object] | None = None,
        together: Callable[[int], object] | None = None,
    ) -> AsyncGenerator[App]:
        """The apps of the account that fit, each once.

        Args:
            heroku: the session.
            absent: receives the names among `apps` that do not exist.
            see: receives each app of the account's list, also those that do not fit.
            together: if given, ids that the list lacks are requested together; receives the number of calls saved.

        Raises:
            NotFound: one of `apps` does not exist, and there is no `absent`.
        """
        missing = set(self.apps)
        async for app in heroku.apps.list():
            if see is not None:
                see(app)
            if self._is_meant(app, missing):
                yield app
        several = list[App]()
        if together is not None and self.team is None:
            several = await _together(heroku, missing)
            together(len(several) - -(-len(several) // PER_CALL))
        for app in filter(self._fits, several):
            yield app
        found = {app.id for app in several}
        async for app in _named_alone(heroku, missing, absent):
            if app.id not in found and self._fits(app):
                found.add(app.id)
                yield app

    def _is_meant(self, app: App, missing: set[str]) -> bool:
        """Whether an app of the account's list is one of these; its names are removed from `missing`."""
        names = {app.name, str(app.id)}
        missing -= names
        return (not self.apps or bool(names & self.apps)) and self._fits(app)

    def _fits(self, app: App) -> bool:
        """Whether the app is of the team and its name matches."""
        of_team = self.team is None or app.owner.email == f"{self.team}@herokumanager.com"
        for team in (app.team, app.organization):
            of_team = of_team or (team is not None and self.team in {team.name, str(team.id)})
        return of_team and (self.match is None or fnmatchcase(app.name, self.match))


async def _together(heroku: Heroku, missing: set[str]) -> list[App]:
    """The apps that are named by id, which are removed from `missing`; none if fewer than two are."""
    ids = dict[UUID, str]()
    for name in missing:
        try:
            ids[UUID(name)] = name
        except ValueError:
            continue
    if len(ids) < 2:
        return []
    try:
        found = [app async for app in apps_by_id(heroku, ids)]
    except APIError as error:
        if error.status not in _WITHOUT_FILTERS:
            raise
        return []
    missing.difference_update(ids[app.id] for app in found)
    return found


async def _named_alone(heroku: Heroku, missing: set[str], absent: list[str] | None) -> AsyncGenerator[App]:
    """The apps of these names that the account's list lacks: they may be of another account, or misspelt."""
    for name in sorted(missing):
        try:
            app = await heroku.apps.info(name)
        except NotFound:
            if absent is None:
                raise
            absent.append(name)
            continue
        yield app
