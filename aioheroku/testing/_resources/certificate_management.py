"""Automated certificate management (ACM): Heroku's own certificates for the domains of an app.

A domain's `acm_status` goes from `pending` over `in-progress` and `verified` to `cert issued`, a step every
`domain_seconds` of the app's `Behavior`. One whose hostname has "fail" in it is `failing`, then `failed`.
"""

from aioheroku.testing._data import certificates
from aioheroku.testing._errors import invalid
from aioheroku.testing._http.body_schema import OneOf
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import sni_endpoints
from aioheroku.testing._resources._app_access import WIDENING
from aioheroku.testing._state.app_rows import AppRow, DomainRow, SniEndpointRow
from aioheroku.testing._state.models import App

routes = Routes("App", widening=WIDENING)

_STEPS = ("pending", "in-progress", "verified", "cert issued")
_FAILING = ("pending", "in-progress", "failing", "failed")
_REASON = "Failing CCA check"


@routes.post("/apps/{app}/acm", title="Enable ACM", status=200)
def enable(context: RequestContext) -> AppRow:
    """Manage the certificates of all custom domains."""
    app = context.app
    if not app.row["acm"]:
        _switch(context, app, on=True)
        for row in _custom(app):
            begin(context, app, row)
    return app.row


@routes.delete("/apps/{app}/acm", title="Disable ACM")
def disable(context: RequestContext) -> AppRow:
    """Stop that: the domains lose the certificate, and their status."""
    app = context.app
    if app.row["acm"]:
        _switch(context, app, on=False)
        for row in _custom(app):
            row.update({"acm_status": None, "acm_status_reason": None, "updated_at": context.now})
        if (managed := _managed(app)) is not None:
            sni_endpoints.remove(context, app, managed)
    return app.row


@routes.patch("/apps/{app}/acm", undocumented={"acm_refresh": OneOf((True,))}, title="Refresh ACM")
def refresh(context: RequestContext) -> AppRow:
    """Begin anew for the domains that have no certificate yet; 422 without `acm_refresh`, and if ACM is off."""
    app = context.app
    if "acm_refresh" not in context.parameters():
        raise invalid("Require params: acm_refresh.")
    if not app.row["acm"]:
        raise invalid("Automated certificate management is not enabled.")
    for row in _custom(app):
        if row["acm_status"] != "cert issued":
            begin(context, app, row)
    return app.row


def begin(context: RequestContext, app: App, row: DomainRow) -> None:
    """Get a certificate for a domain."""
    steps = _FAILING if "fail" in row["hostname"] else _STEPS
    row.update({"acm_status": steps[0], "acm_status_reason": None, "updated_at": context.now})
    seconds = context.state.behavior_of(app).domain_seconds

    def go_on(later: RequestContext, step: int) -> None:
        if row["acm_status"] != steps[step - 1] or row["id"] not in app.parts.domains:
            return  # it was switched off, or begun anew
        before = {"acm_status": row["acm_status"]}
        failing = steps[step] in {"failing", "failed"}
        row.update({"acm_status": steps[step], "updated_at": later.now})
        row["acm_status_reason"] = _REASON if failing else None
        if steps[step] == "cert issued":
            _issue(later, app, row)
        later.changed("domain", "update", app, row, before)
        if step + 1 < len(steps):
            later.call_later(seconds, lambda last: go_on(last, step + 1))

    context.call_later(seconds, lambda later: go_on(later, 1))


def _issue(context: RequestContext, app: App, row: DomainRow) -> None:
    """The domain joins the one certificate that Heroku manages."""
    endpoint = _managed(app)
    if endpoint is None:
        ssl_cert = certificates.describe(certificates.EXAMPLE, context.state.uuid())
        ssl_cert.update({"acm": True, "ca_signed?": True, "cert_domains": [], "self_signed?": False})
        ssl_cert.update({"issuer": "/C=US/O=Let's Encrypt/CN=R3", "subject": f"/CN={row['hostname']}"})
        endpoint = sni_endpoints.add(context, app, certificates.EXAMPLE, ssl_cert)
    serve(row, endpoint, app, context.now)
    names = {row["id"]: row["hostname"] for row in app.parts.domains}
    endpoint["ssl_cert"]["cert_domains"] = [names[id] for id in endpoint["domains"]]


def serve(row: DomainRow, endpoint: SniEndpointRow | None, app: App, now: str) -> None:
    """The domain is served with this certificate from now on; None: with none."""
    for each in app.parts.sni_endpoints:
        if row["id"] in each["domains"]:
            each["domains"].remove(row["id"])
    if endpoint is not None:
        endpoint["domains"].append(row["id"])
    row["sni_endpoint"] = {"id": endpoint["id"], "name": endpoint["name"]} if endpoint else None
    row["updated_at"] = now


def _switch(context: RequestContext, app: App, *, on: bool) -> None:
    app.row["acm"] = on
    app.touch(context.now)
    context.changed("app", "update", app, app.row, {"acm": not on})


def _custom(app: App) -> list[DomainRow]:
    return [row for row in app.parts.domains if row["kind"] == "custom"]


def _managed(app: App) -> SniEndpointRow | None:
    return next((row for row in app.parts.sni_endpoints if row["ssl_cert"]["acm"]), None)
