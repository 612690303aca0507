"""The methods whose paths are in the reference of 2014 but not in today's schema, and what replaces them.

The platform decides whether such a path still works: the method sends it, and a 404 or 410 names the successor.
"""

from collections.abc import Mapping
from typing import Final

OUTDATED: Final = "The endpoint is of 2014, and not in today's schema."

SUCCESSORS: Final[Mapping[str, str]] = {
    "build_results.info": "builds.info",
    "organization_app_collaborators.create": "team_app_collaborators.create",
    "organization_app_collaborators.delete": "team_app_collaborators.delete",
    "organization_app_collaborators.info": "team_app_collaborators.info",
    "organization_app_collaborators.list": "team_app_collaborators.list",
    "organization_apps.create": "team_apps.create",
    "organization_apps.info": "team_apps.info",
    "organization_apps.list": "apps.list",
    "organization_apps.list_for_organization": "team_apps.list_by_team",
    "organization_apps.transfer_to_account": "team_apps.transfer_to_account",
    "organization_apps.transfer_to_organization": "team_apps.transfer_to_team",
    "organization_apps.update_locked": "team_apps.update_locked",
    "organization_members.create_or_update": "team_members.create_or_update",
    "organization_members.delete": "team_members.delete",
    "organization_members.list": "team_members.list",
    "organizations.list": "teams.list",
    "organizations.update": "teams.update",
    "ssl_endpoints.create": "sni_endpoints.create",
    "ssl_endpoints.delete": "sni_endpoints.delete",
    "ssl_endpoints.info": "sni_endpoints.info",
    "ssl_endpoints.list": "sni_endpoints.list",
    "ssl_endpoints.update": "sni_endpoints.update",
}


def successor_of(operation: str) -> str:
    """What to call instead of a method; empty if today's schema has its endpoint."""
    found = SUCCESSORS.get(operation)
    return f"today: heroku.{found}()" if found else ""
