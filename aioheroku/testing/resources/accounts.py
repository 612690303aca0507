"""Account."""

from aioheroku.testing.call import Call
from aioheroku.testing.checks import Nullable, Takes, is_email
from aioheroku.testing.replies import invalid
from aioheroku.testing.routing import Link, Routes
from aioheroku.testing.table import Row

routes = Routes("Account")


@routes.get("/account")
def info(call: Call) -> Row:
    """Who one is."""
    return call.account.row


@routes.patch(
    "/account",
    {"password": str},
    {"allow_tracking": bool, "beta": bool, "name": Nullable(str)},
    also=(
        Link("Change Email", Takes({"email": str, "password": str})),
        Link("Change Password", Takes({"new_password": str, "password": str})),
    ),
)
def update(call: Call) -> Row:
    """Name and preferences, the e-mail, or the password: three endpoints that the body tells apart.

    Each of them wants the current password (422 where it is wrong); an e-mail that is taken is 422 too.
    """
    taken = call.take()
    account = call.account
    if taken.pop("password") != account.password:
        raise invalid("Invalid password.")
    if taken.get("email", account.row["email"]) != account.row["email"]:
        _rename(call, taken["email"])
    account.password = taken.pop("new_password", account.password)
    account.row.update(taken, updated_at=call.now)
    return account.row


def _rename(call: Call, email: str) -> None:
    accounts = call.state.accounts
    if not is_email(email) or email in accounts:
        raise invalid("Email is invalid or has already been taken.")
    accounts[email] = accounts.pop(call.account.row["email"])
    for organization in call.state.organizations.values():
        organization.rename(call.account.ref["email"], email)
    call.account.ref["email"] = email
    for row in call.account.apps:
        call.state.apps[row["id"]].parts.collaborators.changed()
