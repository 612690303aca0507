"""Reads one part of one app: from an account-wide list, with the rest of its pipeline, or by a call of its own."""

import asyncio
from collections import Counter
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

from attrs import define, field

from aioheroku._client.session import Heroku
from aioheroku.audit._parts import OF_2014, OF_TODAY, PARTS, shown_domains, shown_releases, team_of
from aioheroku.audit._survey import FEW, Survey
from aioheroku.audit._wide import WideList, is_unknown_path, unless_refused
from aioheroku.errors import APIError
from aioheroku.resources.apps.apps import App
from aioheroku.resources.apps.domains import Domain

ABSENT: Final = "absent"
"""Replaces a part that the platform does not have."""

Releases = dict[UUID, tuple[datetime, list[dict[str, Any]]]]
"""When each app was last released, and its part `releases`."""


@define(eq=False)
class Reading:
    """Reads the parts of apps, each by the fewest calls; one for an audit.

    A part that only one generation of the platform has is first requested for one app. If the path is unknown, the part
    is `ABSENT` for that app and all others, without further requests.
    """

    heroku: Heroku
    survey: Survey
    saved: Counter[str] = field(factory=Counter[str])
    """Calls saved, by part."""
    absent: set[str] = field(factory=set[str])
    """Parts that the platform does not have."""
    _probes: dict[str, "asyncio.Future[None]"] = field(factory=dict[str, "asyncio.Future[None]"], init=False)
    _named: dict[UUID, "asyncio.Future[bool]"] = field(factory=dict[UUID, "asyncio.Future[bool]"], init=False)
    """Whether a domain of an app names a certificate, for apps whose certificates are to be read."""
    _pipelines: dict[UUID, UUID] = field(factory=dict[UUID, UUID], init=False)
    """The pipelines of apps that share one with another app of the audit."""
    _released: dict[UUID, "asyncio.Task[Releases]"] = field(factory=dict[UUID, "asyncio.Task[Releases]"], init=False)
    """The newest releases of a pipeline's apps."""

    def __attrs_post_init__(self) -> None:
        self._pipelines = shared_pipelines(self.survey)

    def has(self, app: App, part: str) -> bool:
        """Whether `read` needs no call for this part of an app."""
        return part == "team" or part in self.absent or self._listed(app, part) is not None

    def _listed(self, app: App, part: str) -> WideList | None:
        """The account-wide list that says what the app has."""
        wide = self.survey.lists.get(part)
        return wide if wide is not None and wide.has(app.id, self.survey.owners.get(app.id, "")) else None

    async def read(self, app: App, part: str) -> Any:
        """A part of an app; `ABSENT` if the platform does not have it.

        Raises:
            HerokuError: it cannot be read.
        """
        if part in self.absent:
            self.saved[part] += 1
            return ABSENT
        wide = self._listed(app, part)
        if wide is not None:
            self.saved[part] += 1
            return wide.values.get(app.id, [])
        match part:
            case "team":
                return team_of(app)
            case "pipelines":
                return await self._pipeline(app)
            case "domains":
                return await self._domains(app)
            case "sni-endpoints":
                return await self._certificates(app)
            case "releases":
                return await self._releases(app)
            case _:
                return await self._probed(app, part)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """End the tasks that serve several apps."""
        for task in self._released.values():
            task.cancel()
        await asyncio.gather(*self._released.values(), return_exceptions=True)

    async def _probed(self, app: App, part: str) -> Any:
        """Read a part by a call; if the platform may lack it, a single app is tried first."""
        if part not in _OF_ONE_GENERATION or self._has_list(part):
            return await PARTS[part](self.heroku, app)
        probe = self._probes.get(part)
        if probe is None:
            return await self._probe(app, part)
        await asyncio.shield(probe)  # other tasks wait for it too
        if part in self.absent:
            self.saved[part] += 1
            return ABSENT
        return await PARTS[part](self.heroku, app)

    async def _probe(self, app: App, part: str) -> Any:
        probe = self._probes[part] = asyncio.get_running_loop().create_future()
        try:
            return await PARTS[part](self.heroku, app)
        except APIError as error:
            if not is_unknown_path(error):
                raise
            self.absent.add(part)
            return ABSENT
        finally:
            probe.set_result(None)

    def _has_list(self, part: str) -> bool:
        """Whether an account-wide list has shown that the platform has the part."""
        wide = self.survey.lists.get(part)
        return wide is not None and wide.error is None

    async def _pipeline(self, app: App) -> Any:
        try:
            return await self._probed(app, "pipelines")
        except APIError as error:
            if is_unknown_path(error) and self._has_list("pipelines"):
                return []  # the platform has pipelines, so the app is in none
            raise

    async def _domains(self, app: App) -> list[str]:
        if not picks_certificates(self.survey.parts, self.survey.chosen):
            return shown_domains(await self.heroku.domains.list(app).all())
        named = self._named[app.id] = asyncio.get_running_loop().create_future()
        try:
            domains = await self.heroku.domains.list(app).all()
            named.set_result(bool(app.acm) or not domains or any(map(_may_have_certificate, domains)))
        finally:
            if not named.done():
                named.set_result(True)
        return shown_domains(domains)

    async def _certificates(self, app: App) -> Any:
        named = self._named.pop(app.id, None)
        if named is None or await asyncio.shield(named):
            return await self._probed(app, "sni-endpoints")
        self.saved["sni-endpoints"] += 1
        return []

    async def _releases(self, app: App) -> Any:
        pipeline = self._pipelines.get(app.id)
        if pipeline is not None:
            task = self._released.get(pipeline)
            first = task is None
            if task is None:
                task = self._released[pipeline] = asyncio.create_task(self._releases_of(pipeline))
            newest = (await asyncio.shield(task)).get(app.id)
            # It may be only the newest one with new code; it is the newest of all if the app's own time agrees.
            if newest is not None and app.released_at is not None and newest[0] >= app.released_at:
                self.saved["releases"] += not first
                return newest[1]
        return await PARTS["releases"](self.heroku, app)

    async def _releases_of(self, pipeline: UUID) -> Releases:
        """The newest releases of a pipeline's apps; none if they cannot be read, so that they are read app by app."""
        releases = await unless_refused(self.heroku.pipeline_releases.list(pipeline).all(), [])
        return {one.app.id: (one.created_at, shown_releases(one)) for one in releases if one.app is not None}


_OF_ONE_GENERATION: Final = frozenset({*OF_2014, *OF_TODAY})


def picks_certificates(parts: tuple[str, ...], apps: int) -> bool:
    """Whether certificates are read only of apps that may have one in use."""
    return apps > FEW and {"domains", "sni-endpoints"} <= set(parts)


def shared_pipelines(survey: Survey) -> dict[UUID, UUID]:
    """The pipelines of apps that share one with another app of the audit."""
    pipelines = survey.lists.get("pipelines")
    if pipelines is None or pipelines.error is not None or "releases" not in survey.parts:
        return {}
    of = {app: coupled[0]["id"] for app, coupled in pipelines.values.items() if app in survey.owners}
    apps = Counter(of.values())
    return {app: pipeline for app, pipeline in of.items() if apps[pipeline] > 1}


def _may_have_certificate(domain: Domain) -> bool:
    """Whether the domain names a certificate, or the platform does not say."""
    return domain.sni_endpoint is not None or domain.kind is None
