"""Password Reset: a way to replace a forgotten password."""

from typing import Annotated

from aioheroku._api.endpoint import POST, Ref, Resource, Secret
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku.resources._refs import Person

__all__ = ["PasswordReset", "PasswordResets"]


@frozen(kw_only=True)
class PasswordReset(Model):
    """A way to replace a forgotten password.

    See <https://devcenter.heroku.com/articles/platform-api-reference#passwordreset>.
    """

    created_at: Timestamp
    """Time of creation."""
    user: Person
    """The account."""


class PasswordResets(Resource):
    """Operations on password resets.

    See <https://devcenter.heroku.com/articles/platform-api-reference#passwordreset>.
    """

    @POST("/password-resets")
    async def create(self, *, email: str) -> PasswordReset:
        """Send an e-mail that lets its recipient set a new password; returns the reset.

        Args:
            email: E-mail address of the account.
        """
        ...

    @POST("/password-resets/{reset_password_token}/actions/finalize")
    async def complete(
        self,
        reset_password_token: Ref,
        /,
        *,
        password: Annotated[str, Secret()],
        password_confirmation: Annotated[str, Secret()],
    ) -> PasswordReset:
        """Set a new password; returns the reset.

        Args:
            reset_password_token: The token from the e-mail.
            password: The new password.
            password_confirmation: The new password again.
        """
        ...
