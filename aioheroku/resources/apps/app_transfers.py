"""App Transfer: hands an app over to another account."""

from typing import Annotated
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource
from aioheroku._codec import Model, OneOf, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Identity, Person

__all__ = ["AppTransfer", "AppTransfers"]


TransferState = Annotated[str, OneOf("pending", "accepted", "declined")]


@frozen(kw_only=True)
class AppTransfer(Model):
    """The transfer of an app from one account to another.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app-transfer>.
    """

    app: Identity
    """The app that is transferred."""
    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the app transfer."""
    owner: Person
    """The current owner."""
    recipient: Person
    """The account that receives the app."""
    state: TransferState
    """Current status."""
    updated_at: Timestamp
    """Time of the last change."""


class AppTransfers(Resource):
    """Operations on the transfers that the account has sent or received.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app-transfer>.
    """

    @POST("/account/app-transfers")
    async def create(self, *, app: str | UUID, recipient: str | UUID, silent: bool | Unset = UNSET) -> AppTransfer:
        """Offer an app to another account; returns the pending transfer.

        Args:
            app: Id or name of the app to transfer.
            recipient: Id or e-mail address of the account that receives the app.
            silent: Whether to skip the notification e-mail.
        """
        ...

    @DELETE("/account/app-transfers/{app_transfer}")
    async def delete(self, app_transfer: Ref, /) -> AppTransfer | None:
        """Cancel a pending transfer.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            app_transfer: Id of the transfer, or the app's name.
        """
        ...

    @GET("/account/app-transfers/{app_transfer}")
    async def info(self, app_transfer: Ref, /) -> AppTransfer:
        """One app transfer.

        Args:
            app_transfer: Id of the transfer, or the app's name.
        """
        ...

    @GET("/account/app-transfers", order_fields=("id", "name"))
    def list(self, *, range: Range = FULL) -> Pages[AppTransfer]:
        """All transfers that the account has sent or received.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @PATCH("/account/app-transfers/{app_transfer}")
    async def update(self, app_transfer: Ref, /, *, state: TransferState) -> AppTransfer:
        """Accept or decline a transfer as its recipient; returns the updated transfer.

        Args:
            app_transfer: Id of the transfer, or the app's name.
            state: The new state: `accepted` or `declined`.
        """
        ...
