"""App Transfer: an app on its way from one account to another."""

from typing import Annotated
from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Resource
from aioheroku._codec import OneOf, Timestamp
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import Identity, Person

__all__ = ["AppTransfer", "AppTransfers"]


TransferState = Annotated[str, OneOf("pending", "accepted", "declined")]


@frozen(kw_only=True)
class AppTransfer:
    """An app on its way from one account to another.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app-transfer>.
    """

    app: Identity
    """What is handed over."""
    created_at: Timestamp
    """When it was created."""
    id: UUID
    """Its id."""
    owner: Person
    """Who hands it over."""
    recipient: Person
    """Who is to have it."""
    state: TransferState
    """How it stands."""
    updated_at: Timestamp
    """When it was last changed."""


class AppTransfers(Resource):
    """Operations on the transfers that the account began or is to accept.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app-transfer>.
    """

    @POST("/account/app-transfers")
    async def create(self, *, app: str | UUID, recipient: str | UUID) -> AppTransfer:
        """Offer an app to another account, named by its id or e-mail address.

        The pending transfer comes back.
        """
        ...

    @DELETE("/account/app-transfers/{app_transfer}")
    async def delete(self, app_transfer: str | UUID, /) -> AppTransfer | None:
        """Withdraw an offer; what it was comes back, if anything does."""
        ...

    @GET("/account/app-transfers/{app_transfer}")
    async def info(self, app_transfer: str | UUID, /) -> AppTransfer:
        """One transfer, by its id or its app's name."""
        ...

    @GET("/account/app-transfers", order_fields=("id", "name"))
    def list(self, *, range: Range = FULL) -> Pages[AppTransfer]:
        """Every transfer of the account, either way."""
        ...

    @PATCH("/account/app-transfers/{app_transfer}")
    async def update(self, app_transfer: str | UUID, /, *, state: TransferState) -> AppTransfer:
        """Accept or decline an offer as its recipient; the transfer as it is now comes back."""
        ...
