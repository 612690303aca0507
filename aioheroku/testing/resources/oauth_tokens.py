"""OAuth Token."""

from aioheroku.testing.call import Call
from aioheroku.testing.checks import Nullable, Takes
from aioheroku.testing.replies import invalid
from aioheroku.testing.routing import Routes
from aioheroku.testing.table import Row

routes = Routes("OAuth Token", public=True)

_CLIENT = Takes({"secret": str})
_GRANT = Takes({"code": str, "type": str}, beyond={"code": Nullable(str)}, waived=("code",))
_REFRESH = Takes({"token": str}, beyond={"token": Nullable(str)}, waived=("token",))


@routes.post(
    "/oauth/tokens",
    {"client": _CLIENT, "grant": _GRANT, "refresh_token": _REFRESH},
    waived=("refresh_token",),
    lenient=True,
)
def create(call: Call) -> Row:
    """Exchange a code, or a refresh token, which is replaced; the client's secret is all the login it needs.

    401 for a code, refresh token or secret that is not good, 422 where the one that the type asks for is missing.
    """
    taken = call.take()
    secret: str = taken["client"]["secret"]
    kind = taken["grant"]["type"]
    permits = call.state.permits
    if kind == "authorization_code":
        permit = permits.redeem(_needed(taken["grant"].get("code"), "grant:code"), secret)
    elif kind == "refresh_token":
        token = taken.get("refresh_token", {}).get("token")
        permit = permits.refresh(_needed(token, "refresh_token:token"), secret)
    else:
        raise invalid("Grant type must be authorization_code or refresh_token.")
    permit.row["updated_at"] = call.now
    return call.new(
        {
            "access_token": permit.row["access_token"],
            "authorization": {"id": permit.row["id"]},
            "client": {"secret": secret},
            "grant": {"code": permit.code, "type": kind},
            "refresh_token": permit.row["refresh_token"],
            "session": {"id": permit.session},
            "user": {"id": permit.account.row["id"]},
        }
    )


def _needed(value: str | None, name: str) -> str:
    if not value:
        raise invalid(f"Require params: {name}.")
    return value
