"""Domains as the wire shows them."""

from typing import Literal

from aioheroku.testing._state.app_rows import DomainRow
from aioheroku.testing._state.models import App
from aioheroku.testing._state.refs import Dated


def custom_domain(app: App, hostname: str, status: Literal["pending", "succeeded"], dated: Dated) -> DomainRow:
    """A custom domain without a certificate."""
    return {
        "acm_status": None,
        "acm_status_reason": None,
        "app": app.ref,
        "cname": f"{app.row['name']}.herokuapp.com",
        "hostname": hostname,
        "kind": "custom",
        "sni_endpoint": None,
        "status": status,
        **dated,
    }


def default_domain(app: App, dated: Dated) -> DomainRow:
    """The domain that every app is born with."""
    hostname = f"{app.row['name']}.herokuapp.com"
    row = custom_domain(app, hostname, "succeeded", dated)
    row.update({"cname": None, "kind": "heroku", "status": "none"})
    return row
