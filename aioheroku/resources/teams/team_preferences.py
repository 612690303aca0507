"""Team Preferences: settings that apply to all members of a team."""

from typing import Annotated, TypedDict

from aioheroku._api.endpoint import GET, PATCH, Ref, Resource
from aioheroku._codec import Key, Model, OneOf, frozen

__all__ = ["TeamPreferences", "TeamPreferencesChange", "TeamPreferencesResource"]


@frozen(kw_only=True)
class TeamPreferences(Model):
    """Settings that apply to all members of a team.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-preferences>.
    """

    addons_controls: Annotated[bool, Key("addons-controls")] | None = None
    """Whether members may install allowed add-on services only."""
    default_permission: Annotated[str, OneOf("admin", "member", "viewer"), Key("default-permission")] | None = None
    """Permission of new members."""


TeamPreferencesChange = TypedDict("TeamPreferencesChange", {"addons-controls": bool | None}, total=False)
"""Preferences to change, under the API's own names.

Keys:
    addons-controls: Whether members may install allowed add-on services only.
"""


class TeamPreferencesResource(Resource):
    """Operations on the preferences of a team.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-preferences>.
    """

    @GET("/teams/{team}/preferences")
    async def info(self, team: Ref, /) -> TeamPreferences:
        """The preferences of a team.

        Args:
            team: Id or name of the team.
        """
        ...

    @PATCH("/teams/{team}/preferences", idempotent=True)
    async def update(self, team: Ref, preferences: TeamPreferencesChange, /) -> TeamPreferences:
        """Change preferences of a team; returns all of them.

        Args:
            team: Id or name of the team.
            preferences: The preferences to change, such as `{"addons-controls": True}`.
        """
        ...
