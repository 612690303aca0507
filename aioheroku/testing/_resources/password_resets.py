"""Password Reset: no mail is sent, the token is in `state.password_resets`."""

from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http.body_schema import is_email
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.models import Account
from aioheroku.testing._state.table import Row

routes = Routes("PasswordReset", public=True)


@routes.post("/password-resets", {"email": str}, lenient=True, title="Reset Password")
def create(context: RequestContext) -> Row:
    """Let the account with this e-mail set a new password; 422 for a malformed e-mail, 404 for an unknown one."""
    email: str = context.parameters()["email"]
    if not is_email(email):
        raise invalid("Email is invalid.")
    account = context.state.accounts.get(email)
    if account is None:
        raise not_found("user")
    context.state.password_resets[context.state.uuid()] = account
    return _shown(context, account)


@routes.post(
    "/password-resets/{token}/actions/finalize",
    {"password": str, "password_confirmation": str},
    lenient=True,
    title="Complete Reset Password",
)
def complete(context: RequestContext) -> Row:
    """Set the password of the account that the token was made for; with another token, that of the calling account."""
    taken = context.parameters()
    if taken["password"] != taken["password_confirmation"]:
        raise invalid("Password confirmation doesn't match Password.")
    known, token = context.state.password_resets, context.params["token"]
    account = known.get(token) or (context.account if context.account is not context.state.anonymous else None)
    if account is None:
        raise not_found("password_reset")
    known.pop(token, None)
    account.password = taken["password"]
    return _shown(context, account)


def _shown(context: RequestContext, account: Account) -> Row:
    return {"created_at": context.now, "user": account.ref}
