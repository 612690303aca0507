"""Troubles of some generated apps, which an audit of a fleet finds."""

from random import Random
from typing import Final

from aioheroku.testing._data import certificates
from aioheroku.testing._data.made_certificates import certificate
from aioheroku.testing._data.names import sni_endpoint_name
from aioheroku.testing._dates import seconds, stamp
from aioheroku.testing._state.app_rows import ReleaseRow, SniEndpointRow
from aioheroku.testing._state.domain_rows import custom_domain
from aioheroku.testing._state.ids import uuid
from aioheroku.testing._state.models import App, AppParts
from aioheroku.testing._state.refs import Dated
from aioheroku.testing._state.state import State

_DAY = 86400
_YEAR = 365 * _DAY
_EVERY = 50
_TROUBLES: Final = {"stack": 25, "release": 29, "ending": 32, "certificate": 37}
"""None of them in the first 25 apps: a small fleet, as most tests have, is in order."""


def has_trouble(number: int, kind: str) -> bool:
    """Whether the app with this number in a fleet, one in fifty, has this trouble.

    `stack`: its stack has reached its end of life; `release`: its last release has failed; `ending`: its certificate
    expires soon. `certificate` is not a trouble, but a certificate that is valid for months.
    """
    return number % _EVERY == _TROUBLES[kind]


def draw_troubles(state: State, app: App, parts: AppParts, rng: Random, *, number: int, now: float) -> None:
    """Add the troubles of this number to what is below the app."""
    if has_trouble(number, "ending"):
        _draw_certificate(state, app, parts, rng, now + rng.randint(2, 28) * _DAY)
    if has_trouble(number, "certificate"):
        _draw_certificate(state, app, parts, rng, now + rng.randint(40, 360) * _DAY)
    if has_trouble(number, "release") and len(parts.slugs):
        _draw_failed_release(app, parts, rng)


def _draw_certificate(state: State, app: App, parts: AppParts, rng: Random, expires: float) -> None:
    """One certificate for all custom domains; the app gets a domain if it has none."""
    custom = [row for row in parts.domains if row["kind"] == "custom"]
    if not custom:
        at = app.row["created_at"]
        hostname = f"secure.{app.row['name']}.example.com"
        dated: Dated = {"created_at": at, "id": uuid(rng), "updated_at": at}
        custom = [parts.domains.add(custom_domain(app, hostname, "succeeded", dated))]
        state.hostnames.setdefault(hostname, app.row["id"])
    starts = expires - _YEAR
    hostnames = [row["hostname"] for row in custom]
    chain, at = certificate(hostnames, starts, expires), stamp(max(starts, seconds(app.row["created_at"])))
    row: SniEndpointRow = {
        "app": app.ref,
        "certificate_chain": chain,
        "created_at": at,
        "display_name": None,
        "domains": [domain["id"] for domain in custom],
        "id": uuid(rng),
        "name": sni_endpoint_name(rng),
        "ssl_cert": certificates.describe(chain, uuid(rng)),
        "updated_at": at,
    }
    parts.sni_endpoints.add(row)
    for domain in custom:
        domain["sni_endpoint"] = {"id": row["id"], "name": row["name"]}


def _draw_failed_release(app: App, parts: AppParts, rng: Random) -> None:
    """One more release, which failed: the one before stays in effect."""
    last: ReleaseRow = parts.releases.sorted_by("version").rows[-1]
    at = stamp(rng.uniform(seconds(last["created_at"]), seconds(app.row["updated_at"])))
    parts.releases.add(
        {
            **last,
            "created_at": at,
            "current": False,
            "description": f"Deploy {rng.getrandbits(28):07x}",
            "eligible_for_rollback": False,
            "id": uuid(rng),
            "status": "failed",
            "updated_at": at,
            "version": last["version"] + 1,
        }
    )
