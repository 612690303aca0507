"""Account: the account that the credentials belong to."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import GET, PATCH, Resource
from aioheroku._codec import Timestamp
from aioheroku._unset import UNSET, Unset

__all__ = ["Account", "Accounts"]


@frozen(kw_only=True)
class Account:
    """The account that the credentials belong to.

    See <https://devcenter.heroku.com/articles/platform-api-reference#account>.
    """

    allow_tracking: bool
    """Whether third-party web activity tracking is allowed."""
    beta: bool
    """Whether beta features are turned on."""
    created_at: Timestamp
    """Time of creation."""
    email: str
    """E-mail address, unique on Heroku."""
    id: UUID
    """Id of the account, which stays when the address changes."""
    last_login: Timestamp | None = None
    """Time of the last login; null before the first one."""
    name: str | None = None
    """The owner's full name."""
    updated_at: Timestamp
    """Time of the last change."""
    verified: bool
    """Whether the account is verified, for instance with a credit card."""


class Accounts(Resource):
    """Operations on the account that the credentials belong to.

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
