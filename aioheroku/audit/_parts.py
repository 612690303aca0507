"""The parts of an app that an audit can read. Secrets are dropped here: no other module of the audit sees them."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from aioheroku._client.session import Heroku
from aioheroku._pagination import Range

_NEWEST: Final = Range("version", order="desc", max=1)


async def _formation(heroku: Heroku, app: UUID) -> list[dict[str, Any]]:
    return [
        {"type": process.type, "quantity": process.quantity, "size": process.size}
        async for process in heroku.formation.list(app)
    ]


async def _dynos(heroku: Heroku, app: UUID) -> list[dict[str, Any]]:
    return [{"name": dyno.name, "state": dyno.state, "size": dyno.size} async for dyno in heroku.dynos.list(app)]


async def _releases(heroku: Heroku, app: UUID) -> list[dict[str, Any]]:
    newest = await heroku.releases.list(app, range=_NEWEST).first()
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


async def _domains(heroku: Heroku, app: UUID) -> list[str]:
    return [domain.hostname async for domain in heroku.domains.list(app)]


async def _addons(heroku: Heroku, app: UUID) -> list[dict[str, str]]:
    return [{"name": addon.name, "plan": addon.plan.name} async for addon in heroku.addons.list(app)]


async def _collaborators(heroku: Heroku, app: UUID) -> list[str]:
    return [collaborator.user.email async for collaborator in heroku.collaborators.list(app)]


async def _config_vars(heroku: Heroku, app: UUID) -> list[str]:
    return sorted(await heroku.config_vars.info(app))


async def _log_drains(heroku: Heroku, app: UUID) -> list[dict[str, Any]]:
    return [
        {"id": drain.id, **_destination(drain.url), "addon": drain.addon is not None}
        async for drain in heroku.log_drains.list(app)
    ]


async def _ssl_endpoints(heroku: Heroku, app: UUID) -> list[dict[str, str]]:
    return [{"name": endpoint.name, "cname": endpoint.cname} async for endpoint in heroku.ssl_endpoints.list(app)]


async def _sni_endpoints(heroku: Heroku, app: UUID) -> list[dict[str, Any]]:
    return [
        {"name": endpoint.name, "expires_at": endpoint.ssl_cert.expires_at, "domains": endpoint.ssl_cert.cert_domains}
        async for endpoint in heroku.sni_endpoints.list(app)
    ]


async def _buildpacks(heroku: Heroku, app: UUID) -> list[str]:
    return [one.buildpack.name async for one in heroku.buildpack_installations.list(app)]


async def _addon_attachments(heroku: Heroku, app: UUID) -> list[dict[str, str]]:
    return [{"name": one.name, "addon": one.addon.name} async for one in heroku.addon_attachments.list_by_app(app)]


def _destination(url: str) -> dict[str, str]:
    """Scheme and host only: a drain's credentials are in the user, path and query of its URL."""
    try:
        parts = urlsplit(url)
        return {"scheme": parts.scheme.lower(), "host": parts.hostname or ""}
    except ValueError:
        return {"scheme": "", "host": ""}


Reader = Callable[[Heroku, UUID], Awaitable[Any]]

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
}
"""The parts of an app that can be read, one call each."""

DEFAULT_PARTS: Final = tuple(PARTS)[:9]
"""The parts that are read by default: those of the reference."""
