"""Account."""

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.body_schema import BodySchema, Nullable, is_email
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Link, Routes
from aioheroku.testing._state.account_rows import AccountRow

routes = Routes("Account")


@routes.get("/account")
def info(context: RequestContext) -> AccountRow:
    """Who one is."""
    return context.account.row


@routes.patch(
    "/account",
    {"password": str},
    {"allow_tracking": bool, "beta": bool, "name": Nullable(str)},
    also=(
        Link("Change Email", BodySchema({"email": str, "password": str})),
        Link("Change Password", BodySchema({"new_password": str, "password": str})),
    ),
)
def update(context: RequestContext) -> AccountRow:
    """Name and preferences, the e-mail, or the password: three endpoints that the body tells apart.

    Each of them wants the current password (422 where it is wrong); an e-mail that is taken is 422 too.
    """
    taken = context.parameters()
    account = context.account
    if taken.pop("password") != account.password:
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
