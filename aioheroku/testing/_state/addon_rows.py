"""A new add-on as the wire shows it."""

from random import Random

from aioheroku.testing._state.app_rows import AddonRow, AttachmentRow
from aioheroku.testing._state.catalogue import Catalogue
from aioheroku.testing._state.models import App
from aioheroku.testing._state.refs import Dated, Ref


def new_row(
    app: App, dated: Dated, *, catalogue: Catalogue, name: str, service: Ref, plan: Ref, var: str, rng: Random
) -> AddonRow:
    """The row of an add-on that an app has just got."""
    return {
        "actions": [],
        "addon_service": service,
        "app": app.ref,
        "billed_price": catalogue.price(plan["id"]),
        "billing_entity": {"id": app.ref["id"], "name": app.ref["name"], "type": "app"},
        "config_vars": [var],
        "name": name,
        "plan": plan,
        "provider_id": f"heroku_{rng.getrandbits(40):010x}",
        "provision_message": f"{name} is being created in the background.",
        "state": "provisioning",
        "web_url": f"https://addons-sso.heroku.com/apps/{app.row['name']}/addons/{dated['id']}",
        **dated,
    }


def attached(app: App, addon: AddonRow, name: str, dated: Dated, namespace: str | None = None) -> AttachmentRow:
    """The row of an attachment of this add-on to an app."""
    return {
        "addon": {"id": addon["id"], "name": addon["name"], "app": addon["app"]},
        "app": app.ref,
        "log_input_url": None,
        "name": name,
        "namespace": namespace,
        "web_url": addon["web_url"],
        **dated,
    }


def default_name(addon: AddonRow) -> str:
    """The default name of an attachment: that of the add-on's config var or service."""
    var = addon["config_vars"][0] if addon["config_vars"] else ""
    return (
        var.removesuffix("_URL") if var.endswith("_URL") else addon["addon_service"]["name"].upper().replace("-", "_")
    )
