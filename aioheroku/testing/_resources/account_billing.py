"""Account Delinquency, Invoice and Invoice Address."""

from aioheroku.testing._data.billing import ADDRESS, invoices
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.table import Row, Table, table_of

routes = Routes("Invoice")


@routes.get("/account/delinquency", of="Account Delinquency")
def delinquency(context: RequestContext) -> Row:  # noqa: ARG001 - nobody owes anything here
    """When the account will be suspended and deleted: never."""
    return {"scheduled_deletion_time": None, "scheduled_suspension_time": None}


@routes.list("/account/invoices")
def listing(context: RequestContext) -> Table[Row]:
    """The account's invoices."""
    return table_of(invoices(context.account.row["id"]), "number")


@routes.get("/account/invoices/{invoice}")
def info(context: RequestContext) -> Row:
    """One invoice, by number."""
    return context.find(listing(context), "invoice", "invoice")


@routes.get("/account/invoice-address", of="Invoice Address")
def address(context: RequestContext) -> Row:
    """Where invoices go."""
    account = context.account
    account.invoice_address = account.invoice_address or {**ADDRESS, "heroku_id": account.ref["email"]}
    return account.invoice_address


_TEXTS = ("address_1", "address_2", "city", "country", "other", "postal_code", "state")


@routes.put(
    "/account/invoice-address",
    optional={**dict.fromkeys(_TEXTS, str), "use_invoice_address": bool},
    of="Invoice Address",
    title="Update",
)
def update_address(context: RequestContext) -> Row:
    """Change what is given."""
    row = address(context)
    row.update(context.parameters())
    return row
