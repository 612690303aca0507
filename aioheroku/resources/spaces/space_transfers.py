"""Space Transfer: hands a space over to another team."""

from uuid import UUID

from aioheroku._api.endpoint import POST, Ref, Resource
from aioheroku.resources.spaces.spaces import Space

__all__ = ["SpaceTransfers"]


class SpaceTransfers(Resource):
    """Operations on transfers of spaces.

    See <https://devcenter.heroku.com/articles/platform-api-reference#space-transfer>.
    """

    @POST("/spaces/{space}/transfer")
    async def create(self, space: Ref, /, *, new_owner: str | UUID) -> Space:
        """Hand a space over to another team, with all apps in it; returns the space.

        Args:
            space: Id or name of the space.
            new_owner: Id or name of the team that is to own the space.
        """
        ...
