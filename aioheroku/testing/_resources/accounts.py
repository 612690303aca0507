"""Account, and SMS Number."""

from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http.body_schema import BodySchema, Nullable, is_email
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Link, Routes
from aioheroku.testing._resources import _app_access
from aioheroku.testing._state.account_rows import AccountRow
from aioheroku.testing._state.models import Account
from aioheroku.testing._state.table import Row

routes = Routes("Account")


@routes.get("/account")
def info(context: RequestContext) -> AccountRow:
    """The account itself."""
    return context.account.row


@routes.patch(
    "/account",
    {"password": str},
    {"allow_tracking": bool, "beta": bool, "name": Nullable(str)},
    undocumented={"eco_dynos_enabled": bool, "pipeline_cost_consent": bool},
    waived=("password",),
    also=(
        Link("Change Email", BodySchema({"email": str, "password": str})),
        Link("Change Password", BodySchema({"new_password": str, "password": str})),
    ),
)
def update(context: RequestContext) -> AccountRow:
    """Name and preferences, the e-mail, or the password: three endpoints, by the body.

    Changing the e-mail or the password requires the current password (422 if it is wrong, even if it is not required);
    an e-mail that is taken is 422 too.
    """
    taken = context.parameters()
    account = context.account
    if not taken.keys().isdisjoint({"email", "new_password"}) and "password" not in taken:
        raise invalid("Require params: password.")
    if taken.pop("password", account.password) != account.password:
        raise invalid("Invalid password.")
    if taken.get("email", account.row["email"]) != account.row["email"]:
        _rename(context, taken["email"])
    account.password = taken.pop("new_password", account.password)
    row = account.row
    row["allow_tracking"] = taken.get("allow_tracking", row["allow_tracking"])
    row["beta"] = taken.get("beta", row["beta"])
    row["email"] = taken.get("email", row["email"])
    row["name"] = taken.get("name", row["name"])
    row["updated_at"] = context.now
    return row


@routes.delete("/account")
def delete(context: RequestContext) -> AccountRow:
    """Delete the account, its own apps and its tokens; its password must be in a header (422)."""
    account, state = context.account, context.state
    headers = context.request.headers
    if headers.get("Heroku-Password", headers.get("Http-Heroku-Password")) != account.password:
        raise invalid("Invalid password.")
    for app in [app for app in state.apps.values() if app.owner is account]:
        state.drop(app)
    for row in list(account.apps):
        _app_access.remove_collaborator(state.apps[row["id"]], account)
    state.drop_account(account)
    return account.row


@routes.get("/users/{user}", title="Info By User")
def info_by_user(context: RequestContext) -> Row:
    """The account itself, by e-mail, id or `~`; of one that shares an app or a team, what others may know (else 404).

    `pipelines:transfer` of the Heroku CLI asks for the account that is to own the pipeline.
    """
    found = user(context)
    if found is context.account:
        return {**found.row}
    if not _knows(context, found):
        raise not_found("user")
    hidden = dict.fromkeys(("default_organization", "default_team", "delinquent_at", "sms_number", "suspended_at"))
    return {**found.row, **hidden}


def _knows(context: RequestContext, other: Account) -> bool:
    """Whether the two have an app or a team in common."""
    mine, theirs = context.account, other.ref["email"]
    return any(row["id"] in mine.apps for row in other.apps) or any(
        team.members.find(theirs) is not None and team.members.find(mine.ref["email"]) is not None
        for team in context.state.organizations.values()
    )


@routes.patch(
    "/users/{user}",
    optional={"allow_tracking": bool, "beta": bool, "name": Nullable(str)},
    undocumented={"eco_dynos_enabled": bool, "password": str, "pipeline_cost_consent": bool},
    title="Update By User",
)
def update_by_user(context: RequestContext) -> AccountRow:
    """Name and preferences."""
    _oneself(context)
    return update(context)


@routes.delete("/users/{user}", title="Delete By User")
def delete_by_user(context: RequestContext) -> AccountRow:
    """As `DELETE /account`."""
    _oneself(context)
    return delete(context)


@routes.get("/users/{user}/sms-number", of="SMS Number")
def sms_number(context: RequestContext) -> Row:
    """The number for the second factor, masked."""
    return {"sms_number": _oneself(context).row["sms_number"]}


@routes.post("/users/{user}/sms-number/actions/recover", of="SMS Number", title="Recover", status=200)
def recover_sms_number(context: RequestContext) -> Row:
    """Send a code to the number; nothing leaves this platform."""
    return sms_number(context)


@routes.post("/users/{user}/sms-number/actions/confirm", of="SMS Number", title="Confirm", status=200)
def confirm_sms_number(context: RequestContext) -> Row:
    """Confirm the number."""
    return sms_number(context)


@routes.get("/accounts/{user}/actions/get-quota", listed=False)
def quota(context: RequestContext) -> Row:
    """Seconds of Eco dynos in this month, and how many the apps have used."""
    rows = [row for row in _oneself(context).apps if context.state.apps[row["id"]].owner is context.account]
    used = [{"app_uuid": row["id"], "quota_used": 3600} for row in rows[:20]]
    return {"account_quota": 3_600_000, "apps": used, "quota_used": 3600 * len(used)}


def user(context: RequestContext) -> Account:
    """The account that the path names, by e-mail, id or `~` for the calling one; 404 if there is none."""
    text = context.params["user"]
    found = context.account if text == "~" else context.state.person(text)
    if found is None:
        raise not_found("user")
    return found


def _oneself(context: RequestContext) -> Account:
    found = user(context)
    if found is not context.account:
        raise not_found("user")
    return found


def _rename(context: RequestContext, email: str) -> None:
    accounts = context.state.accounts
    if not is_email(email) or email in accounts:
        raise invalid("Email is invalid or has already been taken.")
    accounts[email] = accounts.pop(context.account.row["email"])
    for organization in context.state.organizations.values():
        organization.rename(context.account.ref["email"], email)
    context.account.ref["email"] = email
    for row in context.account.apps:
        context.state.apps[row["id"]].parts.collaborators.changed()
