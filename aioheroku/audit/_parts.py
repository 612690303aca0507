"""The parts of an app that an audit can read. Secrets are dropped here: no other module of the audit sees them."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from aioheroku._client.session import Heroku
from aioheroku._pagination import Range
from aioheroku.errors import NotFound
from aioheroku.resources.addons.addon_attachments import AddonAttachment
from aioheroku.resources.addons.addons import Addon
from aioheroku.resources.apps.apps import App
from aioheroku.resources.apps.domains import Domain
from aioheroku.resources.apps.releases import Release
from aioheroku.resources.pipelines.pipeline_couplings import PipelineCoupling

_NEWEST: Final = Range("version", order="desc", max=1)
_MANAGER: Final = "@herokumanager.com"
"""The end of the e-mail address that owns the apps of a team."""


async def _formation(heroku: Heroku, app: App) -> list[dict[str, Any]]:
    return [
        {"type": process.type, "quantity": process.quantity, "size": process.size}
        async for process in heroku.formation.list(app)
    ]


async def _dynos(heroku: Heroku, app: App) -> list[dict[str, Any]]:
    return [{"name": dyno.name, "state": dyno.state, "size": dyno.size} async for dyno in heroku.dynos.list(app)]


async def _releases(heroku: Heroku, app: App) -> list[dict[str, Any]]:
    return shown_releases(await heroku.releases.list(app, range=_NEWEST).first())


def shown_releases(newest: Release | None) -> list[dict[str, Any]]:
    """The part `releases` of an app with this newest release."""
    if newest is None:
        return []
    return [
        {
            "version": newest.version,
            "created_at": newest.created_at,
            "user": newest.user.email,
            "description": newest.description,
            "status": newest.status,
        }
    ]


async def _domains(heroku: Heroku, app: App) -> list[str]:
    return shown_domains(await heroku.domains.list(app).all())


def shown_domains(domains: Iterable[Domain]) -> list[str]:
    """The part `domains`."""
    return [domain.hostname for domain in domains]


async def _addons(heroku: Heroku, app: App) -> list[dict[str, str]]:
    return [shown_addon(addon) async for addon in heroku.addons.list(app)]


def shown_addon(addon: Addon) -> dict[str, str]:
    """An add-on as shown in the part `addons`."""
    return {"name": addon.name, "plan": addon.plan.name}


async def _collaborators(heroku: Heroku, app: App) -> list[str]:
    return [collaborator.user.email async for collaborator in heroku.collaborators.list(app)]


async def _config_vars(heroku: Heroku, app: App) -> list[str]:
    return sorted(await heroku.config_vars.info(app))


async def _log_drains(heroku: Heroku, app: App) -> list[dict[str, Any]]:
    return [
        {"id": drain.id, **_destination(drain.url), "addon": drain.addon is not None}
        async for drain in heroku.log_drains.list(app)
    ]


async def _ssl_endpoints(heroku: Heroku, app: App) -> list[dict[str, str]]:
    return [{"name": endpoint.name, "cname": endpoint.cname} async for endpoint in heroku.ssl_endpoints.list(app)]


async def _sni_endpoints(heroku: Heroku, app: App) -> list[dict[str, Any]]:
    return [
        {"name": endpoint.name, "expires_at": endpoint.ssl_cert.expires_at, "domains": endpoint.ssl_cert.cert_domains}
        async for endpoint in heroku.sni_endpoints.list(app)
    ]


async def _buildpacks(heroku: Heroku, app: App) -> list[str]:
    return [one.buildpack.name async for one in heroku.buildpack_installations.list(app)]


async def _addon_attachments(heroku: Heroku, app: App) -> list[dict[str, str]]:
    return [shown_attachment(one) async for one in heroku.addon_attachments.list_by_app(app)]


def shown_attachment(attachment: AddonAttachment) -> dict[str, str]:
    """An attachment as shown in the part `addon-attachments`."""
    return {"name": attachment.name, "addon": attachment.addon.name}


async def _pipelines(heroku: Heroku, app: App) -> list[dict[str, Any]]:
    try:
        return [shown_coupling(await heroku.pipeline_couplings.info_by_app(app))]
    except NotFound as error:
        if error.resource in {None, "app"}:
            raise
        return []  # an app in no pipeline has none


def shown_coupling(coupling: PipelineCoupling) -> dict[str, Any]:
    """A pipeline as shown in the part `pipelines`."""
    return {"id": coupling.pipeline.id, "stage": coupling.stage}


async def _team(heroku: Heroku, app: App) -> dict[str, Any] | None:  # noqa: ARG001 - the app itself says it
    return team_of(app)


def team_of(app: App) -> dict[str, Any] | None:
    """The part `team`: the team that owns the app, if one does."""
    team = app.team or app.organization
    if team is not None:
        return {"name": team.name, "id": team.id}
    name = managed_by(app.owner.email)
    return {"name": name, "id": None} if name else None


def managed_by(owner: str) -> str:
    """The name of the team whose apps this e-mail address owns; empty for a person."""
    return owner.removesuffix(_MANAGER) if owner.endswith(_MANAGER) else ""


def _destination(url: str) -> dict[str, str]:
    """Scheme and host only: a drain's credentials are in the user, path and query of its URL."""
    try:
        parts = urlsplit(url)
        return {"scheme": parts.scheme.lower(), "host": parts.hostname or ""}
    except ValueError:
        return {"scheme": "", "host": ""}


Reader = Callable[[Heroku, App], Awaitable[Any]]

PARTS: Final[Mapping[str, Reader]] = {
    "formation": _formation,
    "dynos": _dynos,
    "releases": _releases,
    "domains": _domains,
    "addons": _addons,
    "collaborators": _collaborators,
    "config-vars": _config_vars,
    "log-drains": _log_drains,
    "ssl-endpoints": _ssl_endpoints,
    "sni-endpoints": _sni_endpoints,
    "buildpacks": _buildpacks,
    "addon-attachments": _addon_attachments,
    "pipelines": _pipelines,
    "team": _team,
}
"""The parts of an app that can be read, each with the function that reads it: by one call, `team` by none."""

OF_2014: Final = ("ssl-endpoints",)
"""The parts that today's schema no longer has."""

OF_TODAY: Final = ("sni-endpoints", "buildpacks", "addon-attachments", "pipelines")
"""The parts that the platform of 2014 lacks."""

DEFAULT_PARTS: Final = tuple(part for part in PARTS if part not in OF_2014)
"""The parts that are read by default on the platform of today."""

DEFAULT_PARTS_OF_2014: Final = tuple(part for part in PARTS if part not in {*OF_TODAY, "team"})
"""The parts that are read by default on a platform of 2014."""
