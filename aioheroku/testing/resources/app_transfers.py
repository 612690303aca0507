"""App Transfer."""

from aioheroku.testing.call import Call
from aioheroku.testing.checks import OneOf
from aioheroku.testing.organizations import forbidden
from aioheroku.testing.ownership import give
from aioheroku.testing.replies import invalid, not_found
from aioheroku.testing.routing import Routes
from aioheroku.testing.table import Row, Table

routes = Routes("App Transfer")


@routes.list("/account/app-transfers", "name", "id")
def listing(call: Call) -> Table:
    """What the account has offered and was offered; ordered by the names of the apps."""
    return call.account.transfers


@routes.get("/account/app-transfers/{transfer}")
def info(call: Call) -> Row:
    """One transfer, by id or by the name of its app."""
    return call.find(call.account.transfers, "transfer", "app_transfer")


@routes.post("/account/app-transfers", {"app": str, "recipient": str})
def create(call: Call) -> Row:
    """Offer an app to another account: 404 for an app one cannot see, 403 for one that is not one's own.

    422 for a recipient without an account, for oneself, and while another offer of the app is pending.
    """
    taken = call.take()
    app = call.state.app(call.account, taken["app"])
    if app.owner is not call.account:
        raise forbidden("Only the owner of an app can transfer it.")
    recipient = call.state.person(taken["recipient"])
    if recipient is None:
        raise invalid("Recipient does not have an account.")
    if recipient is app.owner:
        raise invalid("Recipient already owns the app.")
    if any(row["app"] is app.ref and row["state"] == "pending" for row in call.account.transfers):
        raise invalid("A transfer of this app is already pending.")
    row = call.new({"app": app.ref, "owner": call.account.ref, "recipient": recipient.ref, "state": "pending"})
    recipient.transfers.add(row)
    return call.account.transfers.add(row)


@routes.patch("/account/app-transfers/{transfer}", {"state": OneOf(("pending", "accepted", "declined"))})
def update(call: Call) -> Row:
    """Accept or decline, once (422) and as the recipient only (403); an accepted app changes its owner."""
    row = info(call)
    state = call.take()["state"]
    if row["recipient"] is not call.account.ref:
        raise forbidden("Only the recipient can accept or decline a transfer.")
    _expect_pending(row)
    if state == "pending":
        raise invalid("State must be accepted or declined.")
    app = call.state.named(row["app"]["id"])
    if app is None or app.owner.ref is not row["owner"]:
        raise not_found("app")
    if state == "accepted":
        give(call, app, call.account)
    row.update(state=state, updated_at=call.now)
    return row


@routes.delete("/account/app-transfers/{transfer}")
def delete(call: Call) -> Row:
    """Withdraw an offer that is still pending (422), as the one who made it (403)."""
    row = info(call)
    if row["owner"] is not call.account.ref:
        raise forbidden("Only the owner can cancel a transfer.")
    _expect_pending(row)
    for party in (row["owner"], row["recipient"]):
        call.state.accounts[party["email"]].transfers.remove(row)
    return row


def _expect_pending(row: Row) -> None:
    if row["state"] != "pending":
        raise invalid(f"The transfer has already been {row['state']}.")
