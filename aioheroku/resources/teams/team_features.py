"""Team Feature: a feature that can be enabled for a team."""

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._bases import Feature

__all__ = ["TeamFeature", "TeamFeatures"]


@frozen(kw_only=True)
class TeamFeature(Feature):
    """A feature of Heroku that can be enabled for a team.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-feature>.
    """

    display_name: str
    """Human-friendly name of the feature."""
    feedback_email: str
    """E-mail address for feedback."""


class TeamFeatures(Resource):
    """Operations on the features of a team.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-feature>.
    """

    @GET("/teams/{team}/features/{feature}")
    async def info(self, team: Ref, feature: Ref, /) -> TeamFeature:
        """One feature of a team.

        Args:
            team: Id or name of the team.
            feature: Id or name of the feature.
        """
        ...

    @GET("/teams/{team}/features")
    def list(self, team: Ref, /, *, range: Range = FULL) -> Pages[TeamFeature]:
        """The team's features.

        Args:
            team: Id or name of the team.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
