"""OAuth Token."""

from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http.body_schema import BodySchema, Nullable
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.table import Row

routes = Routes("OAuth Token", public=True)

_CLIENT = BodySchema({"secret": str})
_GRANT = BodySchema({"code": str, "type": str}, undocumented={"code": Nullable(str)}, waived=("code",))
_REFRESH = BodySchema({"token": str}, undocumented={"token": Nullable(str)}, waived=("token",))


@routes.post(
    "/oauth/tokens",
    {"client": _CLIENT, "grant": _GRANT, "refresh_token": _REFRESH},
    waived=("refresh_token",),
    lenient=True,
)
def create(context: RequestContext) -> Row:
    """Exchange a code, or a refresh token, which is replaced; the client's secret is all the login it needs.

    401 for an invalid code, refresh token or secret, 422 if the one that the type asks for is missing.
    """
    taken = context.parameters()
    secret: str = taken["client"]["secret"]
    kind = taken["grant"]["type"]
    authorizations = context.state.authorizations
    if kind == "authorization_code":
        authorization = authorizations.redeem(_needed(taken["grant"].get("code"), "grant:code"), secret)
    elif kind == "refresh_token":
        token = taken.get("refresh_token", {}).get("token")
        authorization = authorizations.refresh(_needed(token, "refresh_token:token"), secret)
    else:
        raise invalid("Grant type must be authorization_code or refresh_token.")
    authorization.row["updated_at"] = context.now
    row: Row = {
        "access_token": authorization.row["access_token"],
        "authorization": {"id": authorization.row["id"]},
        "client": {"secret": secret},
        "grant": {"code": authorization.code, "type": kind},
        "refresh_token": authorization.row["refresh_token"],
        "session": {"id": authorization.session},
        "user": {"id": authorization.account.row["id"]},
        **context.dated(),
    }
    context.state.issued[row["id"]] = {**row}
    return row


@routes.delete("/oauth/tokens/{token}", public=False)
def delete(context: RequestContext) -> Row:
    """Revoke a token, by the id of its exchange or by its own: access and refresh token are refused from now on.

    404 for one that is not the account's.
    """
    wanted = context.params["token"]
    for id, row in context.state.issued.items():
        ids = {id, row["access_token"]["id"], row["refresh_token"]["id"]}
        if wanted in ids and row["user"]["id"] == context.account.row["id"]:
            context.state.authorizations.end(row["access_token"]["id"])
            del context.state.issued[id]
            return row
    raise not_found("token")


def _needed(value: str | None, name: str) -> str:
    if not value:
        raise invalid(f"Require params: {name}.")
    return value
