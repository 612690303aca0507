"""The known differences from today's schema: what is declared for callers of 2014 and of the variant `3.sdk`.

Each is a line of the comparison, or a pattern (`*`) of such lines. `compare` yields them; the command omits them.
"""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Final

OF_2014: Final = """
changed parameter POST /apps/{}/domains sni_endpoint: is required
gone endpoint * /account/keys*
gone endpoint GET /apps/{}/builds/{}/result
gone endpoint * /apps/{}/ssl-endpoints*
gone endpoint * /organizations*
gone endpoint PATCH /account (email, password)
gone endpoint PATCH /account (new_password, password)
gone parameter PATCH /account password
gone parameter PATCH /apps/{}/formation/{} size
gone resource BuildResult
gone resource Organization*
gone resource SSLEndpoint
"""
"""In the reference of 2014, but not in today's schema."""

OF_3_SDK: Final = """
gone attribute Account.*acknowledged_msa*
gone attribute Account.eco_dynos_*
gone attribute Account.italian_*
gone attribute Account.mfa_*
gone attribute Account.pipeline_cost_consent_at
gone attribute Addon.billed_price:metered
gone attribute Addon.plan:meters
gone attribute App.base_image_name
gone attribute App.buildpacks
gone attribute App.current_build_architecture
gone attribute Build.labs
gone attribute DynoSize.can_autoscale
gone attribute DynoSize.infrastructure_tier
gone attribute DynoSize.product_dyno_tier
gone attribute Generation.expanded_supported_features
gone attribute Generation.unsupported_features
gone attribute IdentityProvider.certificates
gone attribute IdentityProvider.enabled
gone attribute IdentityProvider.heroku_*
gone attribute IdentityProvider.name
gone attribute OAuthAuthorization.access_token:version
gone attribute OAuthToken.refresh_token:version
gone attribute Peering.cidr_block
gone attribute Plan.price:metered
gone attribute Release.oci_image
gone attribute Release.oci_image:id
gone attribute Team.pipeline_cost_consent_*
gone attribute TeamApp.base_image_name
gone attribute TeamApp.buildpacks
gone attribute TeamApp.current_build_architecture
gone attribute TeamApp.generation
gone attribute TestRun.user:*
"""
"""Attributes that only responses of the variant have."""

_SERVICE: Final = "cli_plugin_name created_at human_name state supported_generations supports_ updated_at"
EXPANDED: Final = {
    "Addon.addon_service:": _SERVICE,
    "Addon.plan:": "addon_service compliance created_at default description human_name installable_ price space_default"
    " state updated_at visible",
    "AddonAttachment.": "addon:plan config_vars",
    "Plan.addon_service:": _SERVICE,
    "Space.region:": "country created_at description locale private_capable provider updated_at",
}
"""Prefixes of attributes that responses have only if the request expands or includes them."""

SENT: Final = """
gone parameter * /account eco_dynos_enabled
gone parameter * /account password
gone parameter * /account pipeline_cost_consent
gone parameter * /users/{} *
gone parameter DELETE /apps/{}/addons/{} force
gone parameter GET /enterprise-accounts/{}/events *
gone parameter PATCH /apps/{}/formation/{} docker_image
gone parameter POST /apps internal_routing
gone parameter POST /apps kernel
gone parameter POST /apps locked
gone parameter POST /apps space
gone parameter POST /apps team
gone parameter POST /apps/{}/log-sessions dyno
gone parameter POST /pipelines generation*
gone parameter POST /spaces *
gone parameter POST /teams/apps feature_flags
gone parameter POST /teams/apps kernel
"""
"""Parameters that Heroku's own clients send, or that only the text of its documentation mentions."""

ABSENT_AT_TIMES: Final = """
changed attribute Addon.provision_message: is never null
changed attribute Build.generation: is never null
changed attribute Build.output_stream_url: is never null
changed attribute Build.stack: is never null
changed attribute Collaborator.permissions: is never null
changed attribute TeamMember.id: is never null
changed attribute TeamMember.two_factor_authentication: is never null
"""
"""Attributes that their resources do not list as `required`, in schemas that have such lists."""

ANNOUNCED: Final = """
gone endpoint * /oauth/sessions*
gone resource OAuthSession
"""
"""Announced in Heroku's changelog, but not in its schema when today's table was made."""

UNDER_ANOTHER_NAME: Final = """
missing resource pipeline-config-var
missing resource pipeline-deployment
missing resource pipeline-release
"""
"""Resources that are mappings or releases here."""

PATTERNS: Final = [
    *filter(None, f"{OF_2014}{OF_3_SDK}{SENT}{ABSENT_AT_TIMES}{ANNOUNCED}{UNDER_ANOTHER_NAME}".splitlines()),
    *(f"gone attribute {place}{name}*" for place, names in EXPANDED.items() for name in names.split()),
]


def unknown(lines: Iterable[str]) -> Iterator[str]:
    """The lines that are not known differences."""
    return (line for line in lines if not any(fnmatchcase(line, pattern) for pattern in PATTERNS))
