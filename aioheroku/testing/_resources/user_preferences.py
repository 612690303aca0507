"""User Preferences."""

from aioheroku.testing._errors import forbidden
from aioheroku.testing._http.body_schema import Nullable
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import accounts
from aioheroku.testing._state.table import Row

routes = Routes("User Preferences")

_DISMISSED = (
    "dismissed-getting-started",
    "dismissed-github-banner",
    "dismissed-org-access-controls",
    "dismissed-org-wizard-notification",
    "dismissed-pipelines-banner",
    "dismissed-pipelines-github-banner",
    "dismissed-sms-banner",
)
_KINDS = {
    "timezone": Nullable(str),
    "default-organization": Nullable(str),
    **dict.fromkeys(_DISMISSED, Nullable(bool)),
    "dismissed-pipelines-github-banners": Nullable(list),
}


@routes.get("/users/{user}/preferences", title="List")
def info(context: RequestContext) -> Row:
    """All of the calling account: null if nothing was set."""
    account = accounts.user(context)
    if account is not context.account:
        raise forbidden("You can only see your own preferences.")
    account.preferences = account.preferences or dict.fromkeys(_KINDS)
    return account.preferences


@routes.patch("/users/{user}/preferences", optional=_KINDS)
def update(context: RequestContext) -> Row:
    """Change those that are given."""
    row = info(context)
    row.update(context.parameters())
    return row
