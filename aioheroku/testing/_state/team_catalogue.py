"""What is the same for every team: its features, and the permissions that collaborators of its apps may have."""

from random import Random
from typing import Final

from aioheroku.testing._state.ids import uuid
from aioheroku.testing._state.table import Row

APP_PERMISSIONS: Final = {
    "deploy": "Can deploy the app, scale it and manage its add-ons.",
    "manage": "Can manage collaborators, and rename, transfer and delete the app.",
    "operate": "Can manage config vars, and restart and roll back the app.",
    "view": "Can view the app, its add-ons and its activity.",
}
ENTERPRISE_PERMISSIONS: Final = {
    "view": "View enterprise account members and teams.",
    "create": "Create teams in the enterprise account.",
    "manage": "Manage enterprise account members and teams.",
    "billing": "View usage and invoices of the enterprise account.",
}
_FEATURES = (
    ("team-invite-acceptance", "Team Invite Acceptance", "Accounts must accept an invitation to join the team.", False),
    ("org-access-controls", "Access Controls", "Permissions of collaborators are set app by app.", True),
    ("spaces", "Private Spaces", "The team may create private spaces.", True),
)


def team_features(now: str) -> list[Row]:
    """The features of a new team."""
    return [
        {
            "created_at": now,
            "description": text,
            "display_name": title,
            "doc_url": "https://devcenter.heroku.com/articles/heroku-teams",
            "enabled": enabled,
            "feedback_email": "feedback@heroku.com",
            "id": uuid(Random(f"team feature {name}")),
            "name": name,
            "state": "general",
            "updated_at": now,
        }
        for name, title, text, enabled in _FEATURES
    ]
