"""Account: the person behind the token."""

from uuid import UUID

from attrs import frozen

from aioheroku.endpoint import GET, PATCH, Resource
from aioheroku.unset import UNSET, Unset
from aioheroku.wire import Timestamp

__all__ = ["Account", "Accounts"]


@frozen(kw_only=True)
class Account:
    """The person behind the token.

    See <https://devcenter.heroku.com/articles/platform-api-reference#account>.
    """

    allow_tracking: bool
    """Whether third parties may follow what the account does on the web."""
    beta: bool
    """Whether beta features are open to it."""
    created_at: Timestamp
    """When it was created."""
    email: str
    """Its e-mail address, unique on Heroku."""
    id: UUID
    """Its id, which outlives a change of address."""
    last_login: Timestamp
    """When it last logged in."""
    name: str | None = None
    """Its owner's full name."""
    updated_at: Timestamp
    """When it was last changed."""
    verified: bool
    """Whether it has been verified, with a credit card for instance."""


class Accounts(Resource):
    """Operations on the token's own account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#account>.
    """

    @GET("/account")
    async def info(self) -> Account:
        """The account that the credentials belong to."""
        ...

    @PATCH("/account")
    async def update(
        self,
        *,
        password: str,
        allow_tracking: bool | Unset = UNSET,
        beta: bool | Unset = UNSET,
        name: str | Unset | None = UNSET,
    ) -> Account:
        """Change the account's settings; returns the updated account.

        Args:
            password: The account's current password.
            allow_tracking: Whether third-party web activity tracking is allowed.
            beta: Whether to turn on beta features.
            name: The owner's full name; `None` removes it.
        """
        ...

    @PATCH("/account")
    async def change_email(self, *, email: str, password: str) -> Account:
        """Change the account's e-mail address; returns the updated account.

        Args:
            email: The new e-mail address.
            password: The account's current password.
        """
        ...

    @PATCH("/account")
    async def change_password(self, *, new_password: str, password: str) -> Account:
        """Change the account's password; returns the account.

        Tokens that were created with the old password may be revoked.

        Args:
            new_password: The new password.
            password: The current password.
        """
        ...
