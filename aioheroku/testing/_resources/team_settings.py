"""Features, preferences, delinquency, invoices, allowed add-on services and identity providers of teams."""

from aioheroku.testing._data.generate_invoices import invoices
from aioheroku.testing._errors import found, invalid, not_found
from aioheroku.testing._http.body_schema import Nullable, OneOf
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _teams
from aioheroku.testing._state.models import Organization
from aioheroku.testing._state.table import Row, Table, table_of

routes = Routes("Team Feature")

_ALLOWED = "/teams/{team}/allowed-addon-services"
_PROVIDERS = "/teams/{team}/identity-providers"
_PROVIDER = ("certificate", "entity_id", "slo_target_url", "sso_target_url")


@routes.list("/teams/{team}/features")
def features(context: RequestContext) -> Table[Row]:
    """What is switched on or off for the team."""
    return _teams.team(context).features


@routes.get("/teams/{team}/features/{feature}")
def feature(context: RequestContext) -> Row:
    """One of them."""
    return context.find(features(context), "feature", "feature")


@routes.get("/teams/{team}/preferences", of="Team Preferences", title="Info")
def preferences(context: RequestContext) -> Row:
    """What holds for all members of the team."""
    return _teams.team(context).preferences


@routes.patch(
    "/teams/{team}/preferences",
    optional={"addons-controls": Nullable(bool)},
    undocumented={"default-permission": OneOf(("admin", "member", "viewer", None))},
    of="Team Preferences",
)
def change_preferences(context: RequestContext) -> Row:
    """Change it, as an admin (403)."""
    team = _teams.administered(context)
    team.preferences.update(context.parameters())
    return team.preferences


@routes.get("/teams/{team}/delinquency", of="Team Delinquency")
def delinquency(context: RequestContext) -> Row:
    """When it will be suspended: never, since its invoices are paid."""
    _teams.team(context)
    return {"scheduled_deletion_time": None, "scheduled_suspension_time": None}


@routes.list("/teams/{team}/invoices", of="Team Invoice")
def listed_invoices(context: RequestContext) -> Table[Row]:
    """One for each month of the last half-year."""
    return table_of(invoices(_teams.team(context), context.state.now()), "number")


@routes.get("/teams/{team}/invoices/{invoice}", of="Team Invoice")
def invoice(context: RequestContext) -> Row:
    """One of them, by number."""
    return context.find(listed_invoices(context), "invoice", "invoice")


@routes.list(_ALLOWED, of="Allowed Add-on Service", title="List By Team")
def allowed(context: RequestContext) -> Table[Row]:
    """The add-on services that members may install."""
    return _teams.team(context).allowed_services


@routes.post(_ALLOWED, optional={"addon_service": str}, of="Allowed Add-on Service", title="Create By Team")
def allow(context: RequestContext) -> list[Row]:
    """Allow a service, by name or id, or all that the team's apps use: 403 unless an admin asks, 404 if unknown."""
    team, taken = _teams.administered(context), context.parameters()
    services = context.state.catalogue.services
    used = [addon["addon_service"]["name"] for app in team.apps for addon in app.parts.addons]
    made = list[Row]()
    for name in [taken["addon_service"]] if "addon_service" in taken else dict.fromkeys(used):
        service = found(services.find(name), "addon_service")
        made.append(team.allowed_services.find(service["name"]) or _allow(context, team, service))
    return made


@routes.delete(f"{_ALLOWED}/{{service}}", of="Allowed Add-on Service", title="Delete By Team")
def disallow(context: RequestContext) -> Row:
    """Stop allowing it, by the name of the service or by either id."""
    team, wanted = _teams.administered(context), context.params["service"]
    for row in team.allowed_services:
        if wanted in {row["id"], *row["addon_service"].values()}:
            team.allowed_services.remove(row)
            return row
    raise not_found("allowed_addon_service")


def _allow(context: RequestContext, team: Organization, service: Row) -> Row:
    shown = {name: service[name] for name in ("human_name", "id", "name")}
    row = {"added_at": context.now, "added_by": context.account.ref, "addon_service": shown}
    return team.allowed_services.add({**row, "id": context.state.uuid()})


@routes.list(_PROVIDERS, of="Identity Provider", title="List By Team")
def providers(context: RequestContext) -> Table[Row]:
    """How members log in besides with a password."""
    return _teams.team(context).identity_providers


@routes.post(
    _PROVIDERS,
    dict.fromkeys(("certificate", "entity_id", "sso_target_url"), str),
    {"slo_target_url": str},
    of="Identity Provider",
    title="Create By Team",
)
def add_provider(context: RequestContext) -> Row:
    """Add one: 403 unless an admin asks, 422 for an invalid certificate."""
    team, taken = _teams.administered(context), _checked(context.parameters())
    owner = {"id": team.id, "name": team.name, "type": "team"}
    row = {"slo_target_url": "", **taken, "organization": {"name": team.name}, "owner": owner}
    return team.identity_providers.add({**row, **context.dated()})


@routes.patch(
    f"{_PROVIDERS}/{{identity_provider}}",
    optional=dict.fromkeys(_PROVIDER, str),
    of="Identity Provider",
    title="Update By Team",
)
def change_provider(context: RequestContext) -> Row:
    """Change one."""
    row = _provider(context)
    row.update({**_checked(context.parameters()), "updated_at": context.now})
    return row


@routes.delete(f"{_PROVIDERS}/{{identity_provider}}", of="Identity Provider", title="Delete By Team")
def remove_provider(context: RequestContext) -> Row:
    """Remove one."""
    row = _provider(context)
    _teams.team(context).identity_providers.remove(row)
    return row


def _provider(context: RequestContext) -> Row:
    return context.find(_teams.administered(context).identity_providers, "identity_provider", "identity_provider")


def _checked(taken: Row) -> Row:
    if "-----BEGIN CERTIFICATE-----" not in taken.get("certificate", "-----BEGIN CERTIFICATE-----"):
        raise invalid("Certificate must be PEM.")
    return taken
