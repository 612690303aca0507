"""Telemetry Drain."""

from typing import Any

from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http.body_schema import BodySchema, OneOf, strings
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.delivery import may_see
from aioheroku.testing._state.table import Row, Table

routes = Routes("Telemetry Drain")

_OWNER = BodySchema({"id": str, "type": OneOf(("app", "space"))})
_KIND = OneOf(("otlphttp", "otlp"))
_EXPORTER = BodySchema({"type": _KIND, "endpoint": str}, {"headers": dict})
_CHANGE = BodySchema({}, {"type": _KIND, "endpoint": str, "headers": dict})
_SIGNALS = ("traces", "metrics", "logs")
_LONGEST = 1000


@routes.post("/telemetry-drains", {"owner": _OWNER, "signals": list, "exporter": _EXPORTER})
def create(context: RequestContext) -> Row:
    """Send the telemetry of an app or a space; 422 for unknown signals."""
    taken = context.parameters()
    owner = taken["owner"]
    id = context.state.app(context.account, owner["id"]).row["id"] if owner["type"] == "app" else owner["id"]
    row: Row = {
        "exporter": _exporter({"headers": {}, **taken["exporter"]}),
        "owner": {"id": id, "type": owner["type"]},
        "signals": _signals(taken["signals"]),
        **context.dated(),
    }
    return context.state.delivery.drains.add(row)


@routes.list("/apps/{app}/telemetry-drains", title="List By App")
def of_app(context: RequestContext) -> Table[Row]:
    """The drains of an app."""
    return _of(context, context.app.row["id"])


@routes.list("/spaces/{space}/telemetry-drains", title="List By Space")
def of_space(context: RequestContext) -> Table[Row]:
    """The drains of a private space."""
    return _of(context, context.params["space"])


@routes.get("/telemetry-drains/{drain}")
def info(context: RequestContext) -> Row:
    """One drain of an app that the account may see."""
    row = context.find(context.state.delivery.drains, "drain", "telemetry_drain")
    app = context.state.apps.get(row["owner"]["id"])
    if app is not None and not may_see(context.account, app):
        raise not_found("telemetry_drain")
    return row


@routes.patch("/telemetry-drains/{drain}", optional={"signals": list, "exporter": _CHANGE})
def update(context: RequestContext) -> Row:
    """Change what is sent; of the exporter, what is left out stays."""
    row, taken = info(context), context.parameters()
    signals = _signals(taken["signals"] if "signals" in taken else row["signals"])
    exporter = _exporter({**row["exporter"], **taken.get("exporter", {})})
    row.update({"exporter": exporter, "signals": signals, "updated_at": context.now})
    return row


@routes.delete("/telemetry-drains/{drain}")
def delete(context: RequestContext) -> Row:
    """Send no more telemetry there."""
    row = info(context)
    context.state.delivery.drains.remove(row)
    return row


def _of(context: RequestContext, owner: str) -> Table[Row]:
    return context.state.delivery.drains.where(lambda row: row["owner"]["id"] == owner)


def _exporter(given: Row) -> Row:
    if not given["endpoint"].strip() or len(given["endpoint"]) > _LONGEST:
        raise invalid(f"Exporter endpoint must have 1 to {_LONGEST} characters.")
    headers = strings(given["headers"], "exporter:headers")
    return {"endpoint": given["endpoint"], "headers": headers, "type": given["type"]}


def _signals(given: list[Any]) -> list[Any]:
    if not given or any(signal not in _SIGNALS for signal in given):
        raise invalid(f"Signals must be some of {', '.join(_SIGNALS)}.")
    return [signal for signal in _SIGNALS if signal in given]
