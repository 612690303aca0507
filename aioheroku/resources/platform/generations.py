"""Generation: a generation of the platform that apps run on."""

from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["FeatureLimit", "Generation", "Generations"]


@frozen(kw_only=True)
class FeatureLimit(Model):
    """A feature that a generation supports with limits."""

    incompatible_type: str
    """What it is incompatible with."""
    name: str
    """Name of the feature."""
    scope: str
    """What the feature applies to, such as an app or a space."""


@frozen(kw_only=True)
class Generation(Model):
    """A generation of the platform that apps run on.

    See <https://devcenter.heroku.com/articles/platform-api-reference#generation>.
    """

    created_at: Timestamp
    """Time of creation."""
    expanded_supported_features: list[FeatureLimit] | None = None
    """Its features with their limits; only with `using(accept="3.sdk")`."""
    id: UUID
    """Id of the generation."""
    name: str
    """Name of the generation: `cedar` or `fir`."""
    unsupported_features: list[str] | None = None
    """Names of features that it does not support; only with `using(accept="3.sdk")`."""
    updated_at: Timestamp
    """Time of the last change."""


class Generations(Resource):
    """Operations on the generations of the platform.

    See <https://devcenter.heroku.com/articles/platform-api-reference#generation>.
    """

    @GET("/generations/{generation}")
    async def info(self, generation: Ref, /) -> Generation:
        """One generation.

        Args:
            generation: Id or name of the generation.
        """
        ...

    @GET("/generations")
    def list(self, *, range: Range = FULL) -> Pages[Generation]:
        """All generations.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/teams/{team}/available-generations")
    def list_by_team(self, team: Ref, /, *, range: Range = FULL) -> Pages[Generation]:
        """The generations that a team can use.

        Args:
            team: Id or name of the team.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
