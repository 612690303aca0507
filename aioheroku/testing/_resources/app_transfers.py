"""App Transfer."""

from aioheroku.testing._errors import forbidden, invalid, not_found
from aioheroku.testing._http.body_schema import OneOf
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources._app_access import transfer_to_account
from aioheroku.testing._state.account_rows import TransferRow
from aioheroku.testing._state.table import Table

routes = Routes("App Transfer")


@routes.list("/account/app-transfers", "name", "id")
def listing(context: RequestContext) -> Table[TransferRow]:
    """What the account has offered and was offered; ordered by the names of the apps."""
    return context.account.transfers


@routes.get("/account/app-transfers/{transfer}")
def info(context: RequestContext) -> TransferRow:
    """One transfer, by id or by the name of its app."""
    return context.find(context.account.transfers, "transfer", "app_transfer")


@routes.post("/account/app-transfers", {"app": str, "recipient": str}, undocumented={"silent": bool})
def create(context: RequestContext) -> TransferRow:
    """Offer an app to another account: 404 for an app one cannot see, 403 for one that is not one's own.

    422 for a recipient without an account, for oneself, and while another offer of the app is pending.
    """
    taken = context.parameters()
    app = context.state.app(context.account, taken["app"])
    if app.owner is not context.account:
        raise forbidden("Only the owner of an app can transfer it.")
    recipient = context.account if taken["recipient"] == "~" else context.state.person(taken["recipient"])
    if recipient is None:
        raise invalid("Recipient does not have an account.")
    if recipient is app.owner:
        raise invalid("Recipient already owns the app.")
    if any(row["app"] is app.ref and row["state"] == "pending" for row in context.account.transfers):
        raise invalid("A transfer of this app is already pending.")
    row: TransferRow = {
        "app": app.ref,
        "owner": context.account.ref,
        "recipient": recipient.ref,
        "state": "pending",
        **context.dated(),
    }
    recipient.transfers.add(row)
    return context.account.transfers.add(row)


@routes.patch("/account/app-transfers/{transfer}", {"state": OneOf(("pending", "accepted", "declined"))})
def update(context: RequestContext) -> TransferRow:
    """Accept or decline, once (422) and as the recipient only (403); an accepted app changes its owner."""
    row = info(context)
    state = context.parameters()["state"]
    if row["recipient"] is not context.account.ref:
        raise forbidden("Only the recipient can accept or decline a transfer.")
    _expect_pending(row)
    if state == "pending":
        raise invalid("State must be accepted or declined.")
    app = context.state.named(row["app"]["id"])
    if app is None or app.owner.ref is not row["owner"]:
        raise not_found("app")
    if state == "accepted":
        transfer_to_account(context, app, context.account)
    row.update({"state": state, "updated_at": context.now})
    return row


@routes.delete("/account/app-transfers/{transfer}")
def delete(context: RequestContext) -> TransferRow:
    """Withdraw an offer that is still pending (422), as the one who made it (403)."""
    row = info(context)
    if row["owner"] is not context.account.ref:
        raise forbidden("Only the owner can cancel a transfer.")
    _expect_pending(row)
    for party in (row["owner"], row["recipient"]):
        context.state.accounts[party["email"]].transfers.remove(row)
    return row


def _expect_pending(row: TransferRow) -> None:
    if row["state"] != "pending":
        raise invalid(f"The transfer has already been {row['state']}.")
