"""Account: the person behind the token."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import GET, PATCH, Resource
from aioheroku._codec import Timestamp
from aioheroku._unset import UNSET, Unset

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
        """The account itself."""
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
        """Change the settings of the account; the account as it is now comes back.

        The current password is asked for. A `name` of `None` removes the name.
        """
        ...

    @PATCH("/account")
    async def change_email(self, *, email: str, password: str) -> Account:
        """Give the account another e-mail address; the current password is asked for.

        The account as it is now comes back.
        """
        ...

    @PATCH("/account")
    async def change_password(self, *, new_password: str, password: str) -> Account:
        """Give the account another password; the current one is asked for.

        The account comes back. Tokens made with the old password may end.
        """
        ...
