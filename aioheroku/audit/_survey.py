"""The survey of an account: what is read once before its apps are, so that their parts can be read cheaply."""

from collections.abc import AsyncIterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from attrs import define, evolve, field

from aioheroku._client.session import Heroku
from aioheroku.audit._parts import DEFAULT_PARTS, DEFAULT_PARTS_OF_2014, PARTS, managed_by, team_of
from aioheroku.audit._wide import PAGE, WIDE, Wide, WideList, is_unknown_path, pages_of, unless_refused
from aioheroku.errors import HerokuError, Unauthorized
from aioheroku.resources._refs import Identity
from aioheroku.resources.apps.apps import App, AppSpace

Unshown = tuple[bool | None, Identity | str | None, Identity | None, AppSpace | None, Identity | None]
"""What a filter does not show of an app: `acm`, `generation`, `organization`, `space`, `team`."""

FEW: Final = 100
"""Maximum number of apps whose certificates are all read, even those that no domain names."""


@define
class Survey:
    """What was learned about the account."""

    listed: int = 0
    """Apps of the account."""
    chosen: int = 0
    """Apps of the audit."""
    managed: int = 0
    """Apps of the audit whose certificates Heroku manages, or may manage."""
    parts: tuple[str, ...] = ()
    """The parts to read."""
    apps: list[App] | None = field(factory=list[App])
    """The apps of the audit; `None` if they are more than a page, which are read again."""
    together: int = 0
    """The calls saved by requesting several apps together."""
    first: App | None = None
    """The first app of the audit."""
    owners: dict[UUID, str] = field(factory=dict[UUID, str])
    """The e-mail addresses of the owners of the apps of the audit."""
    teams: bool = False
    """Whether a team owns an app of the account."""
    today: bool = False
    """Whether the platform has today's API."""
    lists: dict[str, WideList] = field(factory=dict[str, WideList])
    """The account-wide lists, by part."""
    complete: bool = False
    """Whether the lists were read, and whose apps they cover is known."""
    stacks: dict[str, str] = field(factory=dict[str, str])
    """The states of stacks, by name."""
    sizes: frozenset[str] = frozenset()
    """The names of the platform's dyno sizes, in lower case; none where it does not say."""
    now: datetime = field(factory=lambda: datetime.now(UTC))
    """The platform's time, from the `Date` of its first response."""

    _owners: dict[str, str] = field(factory=dict[str, str], init=False)
    """Each address once: many apps have the same owner."""
    _unshown: dict[UUID, Unshown] = field(factory=dict[UUID, Unshown], init=False)
    """What a filter does not show of the apps of the audit."""
    _same: dict[Unshown, Unshown] = field(factory=dict[Unshown, Unshown], init=False)

    @property
    def others(self) -> frozenset[str]:
        """Which of `pipelines` and `team` an app of the account has."""
        pipelines = self.lists.get("pipelines")
        has = {"pipelines": pipelines is not None and bool(pipelines.values), "team": self.teams}
        return frozenset(part for part, there in has.items() if there)

    @property
    def pages(self) -> int:
        """The pages of apps that are still to be read."""
        return pages_of(self.chosen if self.has_filter else self.listed) if self.apps is None else 0

    @property
    def has_filter(self) -> bool:
        """Whether the apps, of which there are more than a page, take fewer calls by their ids than by the list."""
        return self.apps is None and self.today and pages_of(self.chosen) < pages_of(self.listed)

    @property
    def saved_apps(self) -> int:
        """The calls saved by requesting apps by their ids, many at once."""
        return self.together + (pages_of(self.listed) - self.pages if self.has_filter else 0)

    def save(self, calls: int) -> None:
        """Note calls saved by requesting several apps together."""
        self.together += calls

    def whole(self, app: App) -> App:
        """An app of the audit that a filter showed, with the rest of what the list has shown."""
        acm, generation, organization, space, team = self._unshown[app.id]
        return evolve(app, acm=acm, generation=generation, organization=organization, space=space, team=team)

    @property
    def needs_sizes(self) -> bool:
        """Whether the dyno sizes are to be read."""
        return "formation" in self.parts and self.today and self.chosen > 0

    @property
    def unread(self) -> list[WideList]:
        """The account-wide lists that are to be read."""
        return [wide for wide in self.lists.values() if not wide.calls and wide.error is None]

    @property
    def calls_to_complete(self) -> int:
        """The estimated calls for what is still to be read of the account."""
        apps = max(self.chosen, self.listed)
        return self.needs_sizes + sum(wide.wide.pages_for(apps) for wide in self.unread)

    def see(self, app: App) -> None:
        """Note an app of the account's list."""
        self.listed += 1
        self.teams = self.teams or team_of(app) is not None
        self.today = self.today or app.generation is not None or app.acm is not None

    def choose(self, app: App) -> None:
        """Note an app of the audit."""
        self.chosen += 1
        self.first = self.first or app
        self.managed += app.acm is not False
        unshown = (app.acm, app.generation, app.organization, app.space, app.team)
        self._unshown[app.id] = self._same.setdefault(unshown, unshown)
        self.owners[app.id] = self._owners.setdefault(app.owner.email, app.owner.email)
        if self.apps is not None:
            self.apps.append(app)
            if self.chosen > PAGE:
                self.apps = None

    def choose_lists(self) -> None:
        """Choose the account-wide lists that are worth it."""
        for part, wide in WIDE.items():
            if part in self.parts and is_worth_it(wide, self.chosen, self.listed):
                self.lists[part] = WideList(wide)


async def take_survey(
    heroku: Heroku, survey: Survey, apps: AsyncIterable[App], include: tuple[str, ...] | None
) -> None:
    """Read what the price depends on: the stacks with the platform's time, the apps, and for many apps their pipelines.

    Raises:
        NotFound: an app that was named does not exist.
        HerokuError: the apps or stacks cannot be listed.
    """
    with heroku.capture() as responses:
        survey.stacks = {stack.name: stack.state async for stack in heroku.stacks.list()}
    survey.now = next((date for response in responses if (date := response.date)), datetime.now(UTC))
    async for app in apps:
        survey.choose(app)
    survey.parts = include or await _default_parts(heroku, survey)
    survey.choose_lists()
    if survey.chosen > FEW and "releases" in survey.parts and (pipelines := survey.lists.get("pipelines")):
        await pipelines.read(heroku)


async def complete_survey(heroku: Heroku, survey: Survey) -> None:
    """Read the account-wide lists that are worth it, and the dyno sizes.

    Raises:
        Unauthorized: the token is refused.
    """
    if survey.needs_sizes:
        sizes = await unless_refused(heroku.dyno_sizes.list().all(), [])  # without them, no findings about them
        survey.sizes = frozenset(size.name.casefold() for size in sizes)
    for wide in survey.unread:
        await wide.read(heroku)
    await _cover(heroku, [wide for wide in survey.lists.values() if wide.error is None], survey.owners)
    survey.complete = True


def is_worth_it(wide: Wide, chosen: int, listed: int) -> bool:
    """Whether an account-wide list takes no more calls than the apps would."""
    pages = wide.pages_for(max(chosen, listed))
    return chosen >= pages if wide.per_app == 1 else chosen > pages


async def _default_parts(heroku: Heroku, survey: Survey) -> tuple[str, ...]:
    """Those of today, unless neither the apps nor an endpoint show today's API."""
    if survey.today or survey.first is None:
        return DEFAULT_PARTS
    try:
        await PARTS["sni-endpoints"](heroku, survey.first)
    except Unauthorized:
        raise
    except HerokuError as error:
        if is_unknown_path(error):
            return DEFAULT_PARTS_OF_2014
    survey.today = True
    return DEFAULT_PARTS


async def _cover(heroku: Heroku, lists: list[WideList], owners: dict[UUID, str]) -> None:
    """Determine whose apps the lists cover: each covers the account's own."""
    for wide in lists:
        await wide.cover(heroku, owners)
    everyone = {owner for owner in owners.values() if not managed_by(owner)}
    if any(everyone - wide.covered for wide in lists):
        account = await unless_refused(heroku.account.info(), None)  # a token may have too narrow a scope for it
        for wide in lists:
            wide.covered |= {account.email} if account is not None else set()
