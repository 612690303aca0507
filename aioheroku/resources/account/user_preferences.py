"""User Preferences: settings of an account for the dashboard."""

from collections.abc import Sequence
from typing import Annotated, TypedDict

from aioheroku._api.endpoint import GET, PATCH, Ref, Resource
from aioheroku._codec import Key, Model, frozen

__all__ = ["UserPreferences", "UserPreferencesResource", "UserPreferencesUpdate"]


@frozen(kw_only=True)
class UserPreferences(Model):
    """Settings of an account for the dashboard.

    See <https://devcenter.heroku.com/articles/platform-api-reference#user-preferences>.
    """

    default_organization: Annotated[str, Key("default-organization")] | None = None
    """Name of the default team."""
    dismissed_getting_started: Annotated[bool, Key("dismissed-getting-started")] | None = None
    """Whether the introduction was dismissed."""
    dismissed_github_banner: Annotated[bool, Key("dismissed-github-banner")] | None = None
    """Whether the banner about GitHub was dismissed."""
    dismissed_org_access_controls: Annotated[bool, Key("dismissed-org-access-controls")] | None = None
    """Whether the note on access controls was dismissed."""
    dismissed_org_wizard_notification: Annotated[bool, Key("dismissed-org-wizard-notification")] | None = None
    """Whether the note on creating a team was dismissed."""
    dismissed_pipelines_banner: Annotated[bool, Key("dismissed-pipelines-banner")] | None = None
    """Whether the banner about pipelines was dismissed."""
    dismissed_pipelines_github_banner: Annotated[bool, Key("dismissed-pipelines-github-banner")] | None = None
    """Whether the banner about GitHub in pipelines was dismissed."""
    dismissed_pipelines_github_banners: Annotated[list[str], Key("dismissed-pipelines-github-banners")] | None = None
    """Ids of the pipelines whose banner about GitHub was dismissed."""
    dismissed_sms_banner: Annotated[bool, Key("dismissed-sms-banner")] | None = None
    """Whether the banner about the phone number was dismissed."""
    timezone: str | None = None
    """Time zone in which times are shown."""


UserPreferencesUpdate = TypedDict(
    "UserPreferencesUpdate",
    {
        "timezone": str | None,
        "default-organization": str | None,
        "dismissed-getting-started": bool | None,
        "dismissed-github-banner": bool | None,
        "dismissed-org-access-controls": bool | None,
        "dismissed-org-wizard-notification": bool | None,
        "dismissed-pipelines-banner": bool | None,
        "dismissed-pipelines-github-banner": bool | None,
        "dismissed-pipelines-github-banners": Sequence[str] | None,
        "dismissed-sms-banner": bool | None,
    },
    total=False,
)
"""Preferences to change, under the API's own names; `None` resets one.

Keys:
    timezone: Time zone in which times are shown.
    default-organization: Name of the default team.
    dismissed-getting-started: Whether the introduction was dismissed.
    dismissed-github-banner: Whether the banner about GitHub was dismissed.
    dismissed-org-access-controls: Whether the note on access controls was dismissed.
    dismissed-org-wizard-notification: Whether the note on creating a team was dismissed.
    dismissed-pipelines-banner: Whether the banner about pipelines was dismissed.
    dismissed-pipelines-github-banner: Whether the banner about GitHub in pipelines was dismissed.
    dismissed-pipelines-github-banners: Ids of the pipelines whose banner about GitHub was dismissed.
    dismissed-sms-banner: Whether the banner about the phone number was dismissed.
"""


class UserPreferencesResource(Resource):
    """Operations on the settings of an account for the dashboard.

    See <https://devcenter.heroku.com/articles/platform-api-reference#user-preferences>.
    """

    @GET("/users/{user}/preferences")
    async def info(self, user: Ref, /) -> UserPreferences:
        """The preferences of your own account.

        Args:
            user: `~` for your own account.
        """
        ...

    @PATCH("/users/{user}/preferences", idempotent=True)
    async def update(self, user: Ref, preferences: UserPreferencesUpdate, /) -> UserPreferences:
        """Change preferences of your own account; returns all of them.

        Args:
            user: `~` for your own account.
            preferences: New values under the API's own names, such as `{"timezone": "UTC"}`; `None` resets one.
        """
        ...
