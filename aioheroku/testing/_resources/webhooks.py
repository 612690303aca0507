"""App Webhook, Add-on Webhook, and the webhooks of pipelines: subscriptions, their events and deliveries."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http.body_schema import Nullable, OneOf
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.response import Response, dump
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _pipeline_access
from aioheroku.testing._resources._addon_lookup import named
from aioheroku.testing._state.refs import Ref
from aioheroku.testing._state.table import Row, Table
from aioheroku.testing._state.webhooks import DeliveryRow, EventRow, Subscriptions, Webhook, WebhookRow

routes = Routes("App Webhook")

ENTITIES = (
    "api:addon",
    "api:addon-attachment",
    "api:app",
    "api:build",
    "api:collaborator",
    "api:domain",
    "api:dyno",
    "api:formation",
    "api:release",
    "api:sni-endpoint",
)
_LEVEL = OneOf(("notify", "sync"))
_PRIVATE = {"authorization": Nullable(str), "secret": Nullable(str)}

FindOwner = Callable[[RequestContext], Ref]


def _app(context: RequestContext) -> Ref:
    return context.app.ref


def _addon(context: RequestContext) -> Ref:
    row = named(context, context.params["addon"])[1]
    return {"id": row["id"], "name": row["name"]}


def declare_webhooks(base: str, owner: str, find: FindOwner, resource: str, *, listed: bool = True) -> None:
    """Declare the webhooks of one kind of owner."""

    def hooks(context: RequestContext) -> Subscriptions:
        return context.state.webhooks.of(find(context)["id"])

    def one(context: RequestContext) -> Webhook:
        webhook = hooks(context).webhooks.get(context.params["webhook"])
        if webhook is None:
            raise not_found("webhook")
        return webhook

    @routes.list(f"{base}/webhooks", of=resource, listed=listed)
    def listing(context: RequestContext) -> Table[WebhookRow]:
        return hooks(context).rows

    @routes.get(f"{base}/webhooks/{{webhook}}", of=resource, listed=listed)
    def info(context: RequestContext) -> WebhookRow:
        return one(context).row

    @routes.post(
        f"{base}/webhooks", {"include": list, "level": _LEVEL, "url": str}, _PRIVATE, of=resource, listed=listed
    )
    def create(context: RequestContext) -> Response:
        taken = _checked(context.parameters())
        secret = taken.get("secret") or f"{context.state.rng.getrandbits(240):060x}"
        fields = {name: taken[name] for name in ("include", "level", "url")}
        row: Row = {owner: find(context), **context.dated(), **fields}
        known = hooks(context)
        known.webhooks[row["id"]] = Webhook(known.rows.add(row), secret, taken.get("authorization"))  # type: ignore[arg-type]
        return Response(201, dump(row), {"Heroku-Webhook-Secret": secret})

    @routes.patch(
        f"{base}/webhooks/{{webhook}}",
        optional={"include": list, "level": _LEVEL, "url": str, **_PRIVATE},
        of=resource,
        listed=listed,
    )
    def update(context: RequestContext) -> WebhookRow:
        webhook, taken = one(context), _checked(context.parameters())
        webhook.secret = taken.pop("secret", None) or webhook.secret
        webhook.authorization = taken.pop("authorization", webhook.authorization)
        webhook.row.update({**taken, "updated_at": context.now})  # type: ignore[typeddict-item]
        return webhook.row

    @routes.delete(f"{base}/webhooks/{{webhook}}", of=resource, listed=listed)
    def delete(context: RequestContext) -> WebhookRow:
        row = one(context).row
        known = hooks(context)
        del known.webhooks[row["id"]]
        known.rows.remove(row)
        return row


def declare_deliveries(base: str, find: FindOwner, resource: str, *, listed: bool = True) -> None:
    """Declare the events and deliveries of one kind of owner."""

    def hooks(context: RequestContext) -> Subscriptions:
        return context.state.webhooks.of(find(context)["id"])

    @routes.list(f"{base}/webhook-events", of=f"{resource} Event", listed=listed)
    def events(context: RequestContext) -> Table[EventRow]:
        return hooks(context).events

    @routes.get(f"{base}/webhook-events/{{event}}", of=f"{resource} Event", listed=listed)
    def event(context: RequestContext) -> EventRow:
        return context.find(hooks(context).events, "event", "event")

    @routes.list(f"{base}/webhook-deliveries", of=f"{resource} Delivery", listed=listed)
    def deliveries(context: RequestContext) -> Table[DeliveryRow]:
        table, status = hooks(context).deliveries, context.query.get("eq[status]")
        return table if status is None else table.where(lambda row: row["status"] == status)

    @routes.get(f"{base}/webhook-deliveries/{{delivery}}", of=f"{resource} Delivery", listed=listed)
    def delivery(context: RequestContext) -> DeliveryRow:
        return context.find(hooks(context).deliveries, "delivery", "delivery")


def _checked(taken: Row) -> Row:
    """The parameters, if they are valid (422)."""
    include: list[Any] = taken.get("include", ["api:app"])
    url: str = taken.get("url", "https://example.com")
    unknown = [name for name in include if name not in ENTITIES]
    if unknown or not include:
        raise invalid(f"Include must hold some of {', '.join(ENTITIES)}.")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise invalid("Url is invalid: use http or https.")
    return taken


def _pipeline(context: RequestContext) -> Ref:
    row = _pipeline_access.named(context)
    return {"id": row["id"], "name": row["name"]}


_OWNERS: tuple[tuple[str, str, FindOwner, str, bool], ...] = (
    ("/apps/{app}", "app", _app, "App Webhook", True),
    ("/addons/{addon}", "addon", _addon, "Add-on Webhook", True),
    ("/pipelines/{pipeline}", "pipeline", _pipeline, "Pipeline Webhook", False),
)
for _base, _owner, _find, _resource, _listed in _OWNERS:
    declare_webhooks(_base, _owner, _find, _resource, listed=_listed)
    declare_deliveries(_base, _find, _resource, listed=_listed)
