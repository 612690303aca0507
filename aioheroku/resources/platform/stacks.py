"""Stack: an operating system image that apps run on."""

from typing import Annotated
from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, OneOf, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["Stack", "Stacks"]


@frozen(kw_only=True)
class Stack(Model):
    """An operating system image that apps run on.

    See <https://devcenter.heroku.com/articles/platform-api-reference#stack>.
    """

    created_at: Timestamp
    """Time of creation."""
    default: bool | None = None
    """Whether new apps have this stack unless they ask for another. Always there today."""
    id: UUID
    """Id of the stack."""
    name: str
    """Name of the stack, unique among stacks."""
    state: Annotated[str, OneOf("beta", "deprecated", "public")]
    """Availability, such as `public`, `beta` or `deprecated`."""
    updated_at: Timestamp
    """Time of the last change."""


class Stacks(Resource):
    """Operations on stacks; reading them needs no token.

    See <https://devcenter.heroku.com/articles/platform-api-reference#stack>.
    """

    @GET("/stacks/{stack}")
    async def info(self, stack: Ref, /) -> Stack:
        """One stack.

        Args:
            stack: Id or name of the stack.
        """
        ...

    @GET("/stacks", order_fields=("id", "name"))
    def list(self, *, range: Range = FULL) -> Pages[Stack]:
        """All stacks.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/apps/{app}/available-stacks")
    def list_by_app(self, app: Ref, /, *, range: Range = FULL) -> Pages[Stack]:
        """The stacks that an app can use.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
