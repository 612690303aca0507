"""Stack: the operating system that apps run on."""

from typing import Annotated
from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import GET, Resource
from aioheroku._codec import OneOf, Timestamp
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["Stack", "Stacks"]


@frozen(kw_only=True)
class Stack:
    """An operating system that apps run on.

    See <https://devcenter.heroku.com/articles/platform-api-reference#stack>.
    """

    created_at: Timestamp
    """When it was created."""
    id: UUID
    """Its id."""
    name: str
    """Its name, unique among stacks."""
    state: Annotated[str, OneOf("beta", "deprecated", "public")]
    """Whether new apps should use it."""
    updated_at: Timestamp
    """When it was last changed."""


class Stacks(Resource):
    """Operations on stacks, a catalogue that needs no token.

    See <https://devcenter.heroku.com/articles/platform-api-reference#stack>.
    """

    @GET("/stacks/{stack}")
    async def info(self, stack: str | UUID, /) -> Stack:
        """One stack, by its name or id."""
        ...

    @GET("/stacks", order_fields=("id", "name"))
    def list(self, *, range: Range = FULL) -> Pages[Stack]:
        """Every stack."""
        ...
