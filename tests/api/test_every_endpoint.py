"""Every endpoint of today is called by its typed method against the simulated platform, and what comes is decoded."""

import inspect
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from aioheroku import Heroku, Pages, Pool
from aioheroku.testing import Platform
from tests._support.certificates import self_signed
from tests._support.declarations import DECLARED
from tests._support.fakes import Clock
from tests._support.tables import every
from tests._support.thorough import some
from tests._support.world import FRIEND, MAKERS, SOURCE, World

DATA = Path(__file__).parent.parent / "data"
pytest.importorskip("cryptography")

ROWS: list[dict[str, Any]] = json.loads((DATA / "today.json").read_text())["endpoints"]
NAMES = sorted((row["attribute"], row["method"]) for row in ROWS)
TARGET = {"action": "allow", "source": "192.0.2.0/24"}
IDENTITY = {
    "certificate": "@chain",
    "entity_id": "https://idp.example.com",
    "sso_target_url": "https://idp.example.com/in",
}
WEBHOOK = {"include": ["api:release"], "level": "sync", "url": "https://example.com/hook"}
START = "2015-01-01"

PATHS: dict[str, tuple[Any, ...]] = {
    "account.info_by_user": ("~",),
    "account.update_by_user": ("~",),
    "team_app_collaborators.create": ("@team_app",),
    "team_app_collaborators.delete": ("@team_app", "@team_collaborator"),
    "team_app_collaborators.info": ("@team_app", "@team_collaborator"),
    "team_app_collaborators.list": ("@team_app",),
    "team_app_collaborators.update": ("@team_app", "@team_collaborator"),
    "team_apps.info": ("@team_app",),
    "team_apps.transfer_to_account": ("@team_app",),
    "team_apps.transfer_to_team": ("@team_app",),
    "team_apps.update_locked": ("@team_app",),
    "addon_webhook_deliveries.info": ("@addon", "@addon_delivery"),
    "addon_webhook_events.info": ("@addon", "@addon_event"),
    **dict.fromkeys(
        ("addon_webhooks.delete", "addon_webhooks.info", "addon_webhooks.update"), ("@addon", "@addon_webhook")
    ),
    **dict.fromkeys(
        ("enterprise_account_members.update", "enterprise_account_members.delete"),
        ("@enterprise_account", "@enterprise_member"),
    ),
    "review_apps.info_by_app": ("@review_apps_app",),
    "team_invoices.info": ("@team", "@team_invoice"),
    "account_features.info": ("pipelines",),
    "account_features.update": ("pipelines",),
    "addon_attachments.info_by_app": ("@app", "@attachment"),
    "app_features.info": ("@app", "preboot"),
    "app_features.update": ("@app", "preboot"),
    "app_transfers.update": ("@offered_transfer",),
    "apps.refresh_acm": ("@acm_app",),
    "pipeline_couplings.info_by_app": ("@coupled_app",),
    **dict.fromkeys(
        ("review_app_config.delete", "review_app_config.info", "review_app_config.update"), ("@configured",)
    ),
    "audit_trail_archives.info": ("@enterprise_account", 2015, "11"),
    "builds.cancel": ("@app", "@running_build"),
    "config_vars.update": ("@app", {"KEY": "value", "GONE": None}),
    "filters.apps": ({"in": {"id": ["@app.id"]}},),
    "log_drains.update_by_addon": ("@addon", "@addon_drain"),
    "pipeline_config_vars.update": ("@pipeline", "test", {"KEY": "value"}),
    "team_features.info": ("@team", "spaces"),
    "team_preferences.update": ("@team", {"addons-controls": True}),
    "user_preferences.update": ("~", {"dismissed-pipelines-banner": True}),
    "test_runs.info_by_pipeline": ("@pipeline", "@test_run.number"),
}
"""Positional arguments of a method where their names do not say it all; `@name` is something of the world."""

NAMED: dict[str, Any] = {
    "addon_service": "heroku-postgresql",
    "dyno_size": "standard-1x",
    "generation": "cedar",
    "key": "@key",
    "month": "11",
    "number": 1,
    "plan": "heroku-postgresql:mini",
    "region": "us",
    "reset_password_token": "01234567-89ab-cdef-0123-456789abcdef",
    "service": "@allowed_service",
    "size": "standard-1x",
    "stack": "heroku-24",
    "token": "@invitation_token",
    "type": "@formation",
    "user": "~",
    "vars": {"KEY": "value"},
    "year": 2015,
}
"""Positional arguments by the name of the parameter."""

BODIES: dict[str, dict[str, Any]] = {
    "account.delete": {"password": "@password"},
    "account.delete_by_user": {"password": "@password"},
    "account.update": {"name": "Every"},
    "account_features.update": {"enabled": True},
    "addon_attachments.create": {"addon": "@addon.id", "app": "@other_app.id"},
    "addon_attachments.resolve": {"addon_attachment": "@attachment.name", "app": "@app.name"},
    "addon_config.update": {"config": [{"name": "DATABASE_URL", "value": "x"}]},
    "addons.create": {"plan": {"name": "heroku-postgresql:mini"}, "attachment": {"name": "MAIN"}},
    "addons.delete": {"force": True},
    "addons.resolve": {"addon": "@addon.name"},
    "addons.update": {"plan": "heroku-postgresql:basic"},
    "allowed_addon_services.create": {"addon_service": "heroku-postgresql"},
    "app_features.update": {"enabled": True},
    "app_setups.create": {"source_blob": {"url": SOURCE}},
    "app_transfers.create": {"app": "@app.id", "recipient": "@friend"},
    "app_transfers.update": {"state": "declined"},
    "builds.create": {"source_blob": {"url": SOURCE, "version": None, "checksum": None}},
    "buildpack_installations.update": {"updates": [{"buildpack": "heroku/python"}]},
    "collaborators.create": {"user": "@friend", "silent": True},
    "credits.create": {"code1": "CODE"},
    "domains.create": {"hostname": "www.every-app.com", "sni_endpoint": None},
    "domains.update": {"sni_endpoint": "@sni_endpoint.id"},
    "dynos.create": {"command": "run", "type": "run", "time_to_live": 60, "force_no_tty": None},
    "enterprise_account_members.create": {"user": "@friend", "permissions": ["view"]},
    "enterprise_account_members.update": {"permissions": ["view"]},
    "formation.batch_update": {"updates": [{"type": "@formation", "quantity": 2}]},
    "formation.update": {"dyno_size": {"name": "standard-2x"}},
    "identity_providers.create_by_team": IDENTITY,
    "inbound_rulesets.create": {"rules": [TARGET]},
    "invoice_address.update": {"city": "Berlin"},
    "log_drains.create": {"url": "https://logs.example.com"},
    "log_drains.update_by_addon": {"url": "https://logs.example.com/other"},
    "log_sessions.create": {"lines": 10},
    "oauth_authorizations.create": {"scope": ["global"], "expires_in": 3600},
    "oauth_authorizations.update": {"client": {"id": "@oauth_client.id", "secret": "@oauth_client.secret"}},
    "oauth_clients.create": {"name": "Every", "redirect_uri": "https://example.com/back"},
    "oauth_tokens.create": {
        "client": {"secret": "@oauth_client.secret"},
        "grant": {"type": "authorization_code", "code": "@code"},
    },
    "oci_images.create": {"digest": "sha256:" + "ab" * 32},
    "password_resets.create": {"email": "@friend"},
    "password_resets.complete": {"password": "a-new-password-1", "password_confirmation": "a-new-password-1"},
    "pipeline_couplings.create": {"app": "@app.id", "pipeline": "@pipeline.id", "stage": "staging"},
    "pipeline_couplings.update": {"stage": "production"},
    "pipeline_promotions.create": {
        "pipeline": {"id": "@promotion.pipeline.id"},
        "source": {"app": {"id": "@promotion.source.app.id"}},
        "targets": [{"app": {"id": "@other_coupled.id"}}],
    },
    "pipeline_transfers.create": {"pipeline": {"id": "@pipeline.id"}, "new_owner": {"id": "@team_id", "type": "team"}},
    "pipelines.create": {"name": "every-pipeline", "generation": {"name": "cedar"}},
    "releases.create": {"slug": "@slug.id"},
    "releases.rollback": {"release": "@release.id"},
    "review_app_config.enable": {"repo": "acme/shop"},
    "review_apps.create": {
        "branch": "main",
        "pipeline": "@review_app_config.pipeline_id",
        "source_blob": {"url": SOURCE, "version": "v1"},
    },
    "slugs.create": {"process_types": {"web": "run"}},
    "sni_endpoints.create": {"certificate_chain": "@chain", "private_key": "@private_key"},
    "sni_endpoints.update": {"certificate_chain": "@chain", "private_key": "@private_key"},
    "space_access.update": {"permissions": [{"name": "create_apps"}]},
    "space_transfers.create": {"new_owner": "initech"},
    "spaces.create": {"name": "every-space", "team": "acme"},
    "spaces.update": {"name": "every-other-space"},
    "team_app_collaborators.create": {"user": "@friend", "permissions": ["view"]},
    "team_app_collaborators.update": {"permissions": ["view"]},
    "team_apps.transfer_to_account": {"owner": "@account_id"},
    "team_apps.transfer_to_team": {"owner": "initech"},
    "team_apps.update_locked": {"locked": True},
    "team_apps.create": {"team": "acme"},
    "team_invitations.create": {"email": FRIEND, "role": "member"},
    "teams.create": {"name": "every-team"},
    "teams.create_in_enterprise_account": {"name": "every-team"},
    "telemetry_drains.create": {
        "owner": {"id": "@app.id", "type": "app"},
        "signals": ["logs", "traces"],
        "exporter": {"type": "otlphttp", "endpoint": "https://otel.example.com", "headers": {"x": "y"}},
    },
    "telemetry_drains.update": {"signals": ["metrics"]},
    "test_runs.create": {
        "pipeline": "@pipeline.id",
        "commit_branch": "main",
        "commit_message": "Message",
        "commit_sha": "0" * 40,
        "source_blob_url": SOURCE,
    },
    "test_runs.update": {"status": "cancelled", "message": None},
    "vpn_connections.create": {"name": "office", "public_ip": "203.0.113.7", "routable_cidrs": ["172.16.0.0/16"]},
    "vpn_connections.update": {"routable_cidrs": ["172.17.0.0/16"]},
    "addon_webhooks.create": WEBHOOK,
    "app_webhooks.create": WEBHOOK,
    "enterprise_account_daily_usage.list": {"start": START},
    "enterprise_account_monthly_usage.list": {"start": START},
    **{key: {"start": START} for key in ("team_daily_usage.list", "team_monthly_usage.list")},
    **{key: {"email": "@member", "role": "admin"} for key in ("team_members.create_or_update", "team_members.update")},
    "team_members.create": {"email": FRIEND, "role": "member"},
}
"""Keywords of a method."""


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A platform without a fleet, whose time is turned by hand, and a session of its account."""
    async with (
        Platform(seed=3, clock=Clock(epoch=1_450_000_000.0)) as platform,
        Heroku(platform.token, base_url=platform.url, pool=Pool(), retry=None) as heroku,
    ):
        yield World(platform, heroku, self_signed("www.every-app.com"))


async def _filled(world: World, value: Any) -> Any:
    """A value with what stands for things of the world replaced by them."""
    if isinstance(value, dict):
        mapping = cast("dict[str, Any]", value)
        return {name: await _filled(world, inner) for name, inner in mapping.items()}
    if isinstance(value, list | tuple):
        items = cast("list[Any]", value)
        return [await _filled(world, inner) for inner in items]
    if not isinstance(value, str) or not value.startswith("@"):
        return value
    name, *attributes = value[1:].split(".")
    found = await world.get(name)
    for attribute in attributes:
        found = getattr(found, attribute)
    return found


def _path(key: str, method: Any) -> tuple[Any, ...]:
    """What stands for the arguments of the path."""
    arguments = inspect.signature(method).parameters.items()
    names = [name for name, each in arguments if each.kind is each.POSITIONAL_ONLY and name != "self"]
    return PATHS.get(key) or tuple(NAMED.get(name, f"@{name}") for name in names)


def _kind(value: Any) -> str:
    """The name of a result's class, as the table writes it; of a list, that of its items."""
    if isinstance(value, list):
        items: list[Any] = value
        return "".join({type(item).__name__ for item in items})
    return "dict[str, str]" if isinstance(value, dict) else type(value).__name__


@every(NAMES, ".".join)
def test_there_is_something_to_call_it_with(name: tuple[str, str]) -> None:
    """Each endpoint has its arguments here, also those that the short run does not call."""
    key, method = ".".join(name), DECLARED[name]
    made = [str(one)[1:].partition(".")[0] for one in _path(key, method) if str(one).startswith("@")]
    unknown = [one for one in made if one not in MAKERS]
    assert unknown == [], "edit PATHS or NAMED above, or make it in tests/_support/world.py"
    parameters = inspect.signature(method).parameters.values()
    needed = {one.name for one in parameters if one.kind is one.KEYWORD_ONLY and one.default is one.empty}
    assert needed <= BODIES.get(key, {}).keys(), "edit BODIES above"


@pytest.mark.parametrize("row", some(ROWS, 3), ids=lambda row: f"{row['attribute']}.{row['method']}"[:40])
async def test_an_endpoint_is_called(world: World, row: dict[str, Any]) -> None:
    """The method of the row reaches the platform, which carries it out, and the result is of the class it names."""
    key = f"{row['attribute']}.{row['method']}"
    method = getattr(getattr(world.heroku, row["attribute"]), row["method"])
    path = await _filled(world, _path(key, method))
    body = await _filled(world, BODIES.get(key, {}))
    world.platform.clear_requests()
    result = method(*path, **body)
    result = await (result.all() if isinstance(result, Pages) else result)
    seen = [record.method for record in world.platform.requests]
    assert seen
    assert set(seen) == {row["verb"]}
    assert {record.template for record in world.platform.requests} != {None}
    wanted = re.sub(r"^(?:Pages|list)\[(.*)\]$", r"\1", row["returns"])
    assert _kind(result) in {wanted, "", "NoneType"} if row["verb"] != "GET" else _kind(result) in {wanted, ""}
