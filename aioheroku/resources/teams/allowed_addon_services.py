"""Allowed Add-on Service: an add-on service that members of a team may install."""

import builtins
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, POST, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset

__all__ = ["AddedBy", "AllowedAddonService", "AllowedAddonServices", "NamedAddonService"]


@frozen(kw_only=True)
class AddedBy(Model):
    """The account that allowed an add-on service."""

    email: str | None = None
    """E-mail address."""
    id: UUID | None = None
    """Id of the account."""


@frozen(kw_only=True)
class NamedAddonService(Model):
    """An add-on service, by id and both of its names."""

    human_name: str
    """Human-friendly name, such as `Heroku Postgres`."""
    id: UUID
    """Id of the add-on service."""
    name: str
    """Name of the add-on service, such as `heroku-postgresql`."""


@frozen(kw_only=True)
class AllowedAddonService(Model):
    """An add-on service that members of a team may install.

    See <https://devcenter.heroku.com/articles/platform-api-reference#allowed-add-on-service>.
    """

    added_at: Timestamp
    """Time when the service was allowed."""
    added_by: AddedBy
    """The account that allowed it."""
    addon_service: NamedAddonService
    """The service."""
    id: UUID
    """Id of the permission."""


class AllowedAddonServices(Resource):
    """Operations on the add-on services that a team allows.

    See <https://devcenter.heroku.com/articles/platform-api-reference#allowed-add-on-service>.
    """

    @GET("/teams/{team}/allowed-addon-services")
    def list(self, team: Ref, /, *, range: Range = FULL) -> Pages[AllowedAddonService]:
        """The add-on services that a team allows.

        Args:
            team: Id or name of the team.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @POST("/teams/{team}/allowed-addon-services")
    async def create(
        self, team: Ref, /, *, addon_service: str | UUID | Unset = UNSET
    ) -> builtins.list[AllowedAddonService]:
        """Allow an add-on service; returns the services that were added.

        Args:
            team: Id or name of the team.
            addon_service: Id or name of the add-on service; all services that the team uses if left out.
        """
        ...

    @DELETE("/teams/{team}/allowed-addon-services/{service}")
    async def delete(self, team: Ref, service: Ref, /) -> AllowedAddonService | None:
        """Stop allowing an add-on service.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            team: Id or name of the team.
            service: Id or name of the allowed add-on service.
        """
        ...
