"""Password Reset: a new password for an account whose old one is lost."""

from typing import Annotated

from aioheroku._api.endpoint import POST, Ref, Resource, Secret
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku.resources._refs import Person

__all__ = ["PasswordReset", "PasswordResets"]


@frozen(kw_only=True)
class PasswordReset(Model):
    """A new password for an account whose old one is lost.

    See <https://devcenter.heroku.com/articles/platform-api-reference#passwordreset>.
    """

    created_at: Timestamp
    """Time of creation."""
    user: Person
    """The account."""


class PasswordResets(Resource):
    """Operations on lost passwords.

    See <https://devcenter.heroku.com/articles/platform-api-reference#passwordreset>.
    """

    @POST("/password-resets")
    async def create(self, *, email: str) -> PasswordReset:
        """Send a mail with which its receiver can set a new password; returns the reset.

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
            reset_password_token: The token in the mail.
            password: The new password.
            password_confirmation: The new password once more.
        """
        ...
