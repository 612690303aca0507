"""Lazily generated contents of an app of the fleet."""

from random import Random
from typing import Literal

from aioheroku.testing._data.app_troubles import draw_troubles
from aioheroku.testing._data.certificates import EXAMPLE
from aioheroku.testing._data.names import COLOURS, addon_name, endpoint_name
from aioheroku.testing._dates import seconds, stamp
from aioheroku.testing._state.addon_rows import attached, default_name, new_row
from aioheroku.testing._state.app_rows import ReleaseRow, SlugRow
from aioheroku.testing._state.catalogue import Catalogue
from aioheroku.testing._state.domain_rows import custom_domain, default_domain
from aioheroku.testing._state.ids import uuid
from aioheroku.testing._state.models import App, AppParts
from aioheroku.testing._state.refs import Dated, VersionRef
from aioheroku.testing._state.state import State

_PROCESSES = (
    ("web", "bundle exec puma -C config/puma.rb", 0.95),
    ("worker", "bundle exec sidekiq", 0.5),
    ("clock", "bundle exec clockwork clock.rb", 0.2),
    ("urgent", "bundle exec sidekiq -q urgent", 0.1),
)
_SIZES = ("1X", "Eco", "Basic", "Standard-1X", "Standard-2X", "Performance-M")
_SERVICES = ("heroku-postgresql", "heroku-redis", "papertrail", "sendgrid", "newrelic", "memcachier", "scheduler")
_DRAINS = (
    "syslog+tls://logs{0}.example.com:5{0}514",
    "https://drain{0}.example.com/heroku",
    "syslog://logs.example.com:514",
)
_PLAIN_DRAIN = "http://collector{0}.example.com/logs"
_DEPLOY = "Deploy {0}"
_CHANGES = (
    _DEPLOY,
    _DEPLOY,
    _DEPLOY,
    "Set LOG_LEVEL config vars",
    "Set FEATURE_{1} config vars",
    "Attach DATABASE resource",
)


def fill(state: State, seed: int, count: int, app: App, parts: AppParts, *, number: int, now: float) -> None:
    """Generate everything below an app with this many releases; `number` is its place in the fleet, made `now`."""
    rng = Random(seed)
    _draw_releases(app, parts, rng, count)
    _draw_formation(state.catalogue, app, parts, rng)
    _draw_domains(state, app, parts, rng)
    _draw_config(app, parts, rng)
    _draw_addons(state, app, parts, rng)
    _draw_drains(app, parts, rng)
    plans = [addon["plan"]["name"] for addon in parts.addons]
    for release in parts.releases:
        release["addon_plan_names"] = plans
    created, changed = app.row["created_at"], app.row["updated_at"]
    for member in app.members:
        parts.collaborators.add({"created_at": created, "id": uuid(rng), "updated_at": created, "user": member.ref})
    for feature in state.catalogue.features["app"]:
        parts.features.add({**feature, "created_at": created, "enabled": rng.random() < 0.2, "updated_at": created})
    if rng.random() < 0.07:
        name = endpoint_name(rng)
        cname = f"{name}.herokussl.com"
        parts.ssl_endpoints.add({"certificate_chain": EXAMPLE, "cname": cname, "name": name, **_dated(rng, changed)})
    draw_troubles(state, app, parts, rng, number=number, now=now)


def _dated(rng: Random, at: str) -> Dated:
    return {"created_at": at, "id": uuid(rng), "updated_at": at}


def _draw_releases(app: App, parts: AppParts, rng: Random, count: int) -> None:
    born, last = seconds(app.row["created_at"]), seconds(app.row["released_at"])
    moments = [born, *sorted(rng.uniform(born, last) for _ in range(count - 2)), last][:count]
    slug: str | None = None
    for version, moment in enumerate(moments, 1):
        at, user = stamp(moment), rng.choice(app.members)
        text = {1: "Initial release", 2: "Enable Logplex"}.get(version) or rng.choice(_CHANGES)
        if version == 3:
            text = _DEPLOY
        if text is _DEPLOY:
            slug = _draw_slug(app, parts, rng, at)
        row: ReleaseRow = {
            "addon_plan_names": [],
            "app": app.ref,
            "artifacts": [{"type": "slug", "id": slug}] if slug else [],
            "current": version == count,
            "description": text.format(f"{rng.getrandbits(28):07x}", rng.choice(COLOURS).upper()),
            "eligible_for_rollback": slug is not None,
            "output_stream_url": None,
            "slug": {"id": slug} if slug else None,
            "status": "succeeded",
            "user": user.ref,
            "version": version,
            **_dated(rng, at),
        }
        parts.releases.add(row)


def _draw_slug(app: App, parts: AppParts, rng: Random, at: str) -> str:
    row: SlugRow = {
        "blob": {"method": "get", "url": ""},
        "buildpack_provided_description": None,
        "checksum": None,
        "commit_description": None,
        "deleted_at": None,
        "stack": app.row["stack"],
        "commit": f"{rng.getrandbits(160):040x}",
        "process_types": {},
        "size": rng.randint(4_000_000, 290_000_000),
        **_dated(rng, at),
    }
    parts.slugs.add(row)
    return row["id"]


def _draw_state(type: str, size: str, rng: Random) -> Literal["idle", "up", "crashed"]:
    return "idle" if type == "web" and size in {"1X", "Eco"} and rng.random() < 0.1 else "up"


def _draw_formation(catalogue: Catalogue, app: App, parts: AppParts, rng: Random) -> None:
    if not len(parts.slugs):
        return
    at = app.row["released_at"]
    release = parts.releases.sorted_by("version").rows[-1]
    ref: VersionRef = {"id": release["id"], "version": release["version"]}
    crashed = rng.random() < 0.1
    types = {type: command for type, command, chance in _PROCESSES if rng.random() < chance}
    types = types or {"web": _PROCESSES[0][1]}
    for slug in parts.slugs:
        slug["process_types"] = types
    for type, command in types.items():
        quantity = rng.choice((1, 1, 1, 2, 2, 3, 5)) if type == "web" else rng.choice((0, 1, 1, 2))
        size = rng.choice(_SIZES)
        size = app.usual_size if app.space else size
        parts.formation.add(
            {
                "app": app.ref,
                "command": command,
                "dyno_size": catalogue.size(size),
                "quantity": quantity,
                "size": size,
                "type": type,
                **_dated(rng, at),
            }
        )
        for number in range(1, quantity + 1):
            drawn = _draw_state(type, size, rng)
            parts.dynos.add(
                {
                    "app": app.ref,
                    "attach_url": None,
                    "command": command,
                    "name": f"{type}.{number}",
                    "release": ref,
                    "size": size,
                    "state": "crashed" if crashed else drawn,
                    "type": type,
                    **_dated(rng, at),
                }
            )
            crashed = False


def _draw_domains(state: State, app: App, parts: AppParts, rng: Random) -> None:
    name, at = app.row["name"], app.row["created_at"]
    parts.domains.add(default_domain(app, _dated(rng, at)))
    for host in ("www", "app", "shop")[: rng.choice((0, 0, 1, 1, 2, 3))]:
        hostname = f"{host}.{name}.example.com"
        if state.hostnames.setdefault(hostname, app.row["id"]) == app.row["id"]:
            parts.domains.add(custom_domain(app, hostname, "succeeded", _dated(rng, at)))


def _draw_config(app: App, parts: AppParts, rng: Random) -> None:
    if app.row["slug_size"] is None:
        return
    every = {
        "LANG": "en_US.UTF-8",
        "LOG_LEVEL": rng.choice(("debug", "info", "warn")),
        "RACK_ENV": "production",
        "SECRET_KEY_BASE": f"{rng.getrandbits(256):064x}",
        "AWS_ACCESS_KEY_ID": f"AKIA{rng.getrandbits(64):016X}",
        "AWS_SECRET_ACCESS_KEY": f"{rng.getrandbits(160):040x}",
        "STRIPE_SECRET_KEY": f"sk_live_{rng.getrandbits(96):024x}",
        "WEB_CONCURRENCY": str(rng.randint(1, 6)),
    }
    parts.config.update({name: value for name, value in every.items() if rng.random() < 0.7})


def _draw_addons(state: State, app: App, parts: AppParts, rng: Random) -> None:
    at = app.row["created_at"]
    for wanted in rng.sample(_SERVICES, rng.choice((0, 1, 2, 2, 3, 4))):
        service, _ = state.catalogue.plan(wanted)
        plans = list(state.catalogue.plans[service["id"]])
        plan = rng.choice(plans)
        var, value = state.catalogue.config(wanted, rng)
        parts.config[var] = value
        row = new_row(
            app,
            _dated(rng, at),
            catalogue=state.catalogue,
            name=addon_name(wanted, rng),
            service=service,
            plan={"id": plan["id"], "name": plan["name"]},
            var=var,
            rng=rng,
        )
        row["state"] = "provisioned"
        parts.addons.add(row)
        attachment = attached(app, row, default_name(row), _dated(rng, at))
        parts.attachments.add(attachment)
        parts.attached[attachment["id"]] = [var]
        if wanted == "papertrail":
            url = f"syslog+tls://logs{rng.randint(2, 6)}.papertrail.example.com:{rng.randint(10000, 60000)}"
            parts.log_drains.add(
                {"addon": attachment["addon"], "app": app.ref, "token": f"d.{uuid(rng)}", "url": url, **_dated(rng, at)}
            )


def _draw_drains(app: App, parts: AppParts, rng: Random) -> None:
    if rng.random() < 0.3:
        return
    url = _PLAIN_DRAIN if rng.random() < 0.1 else rng.choice(_DRAINS)
    parts.log_drains.add(
        {
            "addon": None,
            "app": app.ref,
            "token": f"d.{uuid(rng)}",
            "url": url.format(rng.randint(1, 5)),
            **_dated(rng, app.row["created_at"]),
        }
    )
