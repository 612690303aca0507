"""Which apps of an account are meant: what the audit and the commands for many apps share."""

from collections.abc import AsyncGenerator, Callable, Iterable
from fnmatch import fnmatchcase
from uuid import UUID

from attrs import field, frozen

from aioheroku._client.session import Heroku
from aioheroku.errors import NotFound
from aioheroku.resources.apps.apps import App


def _named(apps: Iterable[str | UUID]) -> frozenset[str]:
    return frozenset(map(str, (apps,) if isinstance(apps, str | UUID) else apps))


@frozen(kw_only=True)
class Choice:
    """Apps by name, team and pattern; where several are given, an app must fit all of them.

    Attributes:
        apps: names or ids; without any, all apps of the account.
        team: the name or id of a team.
        match: a pattern of names, such as `shop-*`.
    """

    apps: frozenset[str] = field(default=frozenset[str](), converter=_named)
    team: str | None = None
    match: str | None = None

    async def of(
        self, heroku: Heroku, absent: list[str] | None = None, see: Callable[[App], object] | None = None
    ) -> AsyncGenerator[App]:
        """The apps of the account that fit, each once.

        Args:
            heroku: the session.
            absent: receives the names among `apps` that do not exist.
            see: receives each app of the account's list, also those that do not fit.

        Raises:
            NotFound: one of `apps` does not exist, and there is no `absent`.
        """
        missing = set(self.apps)
        async for app in heroku.apps.list():
            if see is not None:
                see(app)
            names = {app.name, str(app.id)}
            missing -= names
            if (not self.apps or names & self.apps) and self._fits(app):
                yield app
        found = set[UUID]()
        for name in sorted(missing):  # not in the account's list: perhaps of another account, or mistyped
            try:
                app = await heroku.apps.info(name)
            except NotFound:
                if absent is None:
                    raise
                absent.append(name)
                continue
            if app.id not in found and self._fits(app):
                found.add(app.id)
                yield app

    def _fits(self, app: App) -> bool:
        """Whether the app is of the team and its name matches."""
        of_team = self.team is None or app.owner.email == f"{self.team}@herokumanager.com"
        for team in (app.team, app.organization):
            of_team = of_team or (team is not None and self.team in {team.name, str(team.id)})
        return of_team and (self.match is None or fnmatchcase(app.name, self.match))
