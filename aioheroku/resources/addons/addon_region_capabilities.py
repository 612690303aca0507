"""Add-on Region Capability: what an add-on service can do in a region."""

from typing import Annotated
from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, OneOf, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import Identity
from aioheroku.resources.platform.regions import RegionProvider

__all__ = [
    "AddonRegionCapabilities",
    "AddonRegionCapability",
    "CapabilityAddonService",
    "CapabilityProvider",
    "CapabilityRegion",
]


@frozen(kw_only=True)
class CapabilityAddonService(Model):
    """The add-on service of a capability."""

    cli_plugin_name: str | None = None
    """Name of the CLI plugin that the service has."""
    created_at: Timestamp
    """Time of creation."""
    human_name: str
    """Human-friendly name."""
    id: UUID
    """Id of the add-on service."""
    name: str
    """Name of the add-on service, unique among services."""
    state: Annotated[str, OneOf("alpha", "beta", "ga", "shutdown")]
    """Release state."""
    supported_generations: list[Identity]
    """The generations of the platform that the service supports."""
    supports_multiple_installations: bool
    """Whether an app may have several add-ons of the service."""
    supports_sharing: bool
    """Whether an add-on may be attached to several apps."""
    updated_at: Timestamp
    """Time of the last change."""


@frozen(kw_only=True)
class CapabilityProvider(RegionProvider):
    """The provider of a region's machines."""


@frozen(kw_only=True)
class CapabilityRegion(Model):
    """The region of a capability."""

    country: str
    """Country of the region."""
    created_at: Timestamp
    """Time of creation."""
    description: str
    """Description of the region."""
    id: UUID
    """Id of the region."""
    locale: str
    """Location within the country."""
    name: str
    """Name of the region, such as `us`."""
    private_capable: bool
    """Whether it can have private spaces."""
    provider: CapabilityProvider
    """The provider of its machines."""
    updated_at: Timestamp
    """Time of the last change."""


@frozen(kw_only=True)
class AddonRegionCapability(Model):
    """What an add-on service can do in a region.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on-region-capability>.
    """

    addon_service: CapabilityAddonService
    """The add-on service."""
    id: UUID
    """Id of the capability."""
    region: CapabilityRegion
    """The region."""
    supports_private_networking: bool
    """Whether its add-ons can be in a private space there."""


class AddonRegionCapabilities(Resource):
    """Operations on the capabilities of add-on services by region.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on-region-capability>.
    """

    @GET("/addon-region-capabilities")
    def list(self, *, range: Range = FULL) -> Pages[AddonRegionCapability]:
        """The capabilities of all add-on services in all regions.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/addon-services/{addon_service}/region-capabilities")
    def list_by_addon_service(self, addon_service: Ref, /, *, range: Range = FULL) -> Pages[AddonRegionCapability]:
        """The capabilities of an add-on service, region by region.

        Args:
            addon_service: Id or name of the add-on service.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/regions/{region}/addon-region-capabilities")
    def list_by_region(self, region: Ref, /, *, range: Range = FULL) -> Pages[AddonRegionCapability]:
        """The capabilities of all add-on services in a region.

        Args:
            region: Id or name of the region.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
