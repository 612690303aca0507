"""Buildpack Installation: the buildpacks that an app is built with."""

from collections.abc import Sequence
from typing import TypeAlias, TypedDict

from aioheroku._api.endpoint import GET, PUT, Ref, Resource
from aioheroku._codec import Model, frozen
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["Buildpack", "BuildpackInstallation", "BuildpackInstallations", "BuildpackUpdate"]


@frozen(kw_only=True)
class Buildpack(Model):
    """A buildpack."""

    name: str
    """Name in the registry or a shorthand, such as `heroku/ruby`; the URL for others."""
    url: str
    """Location of the buildpack."""


@frozen(kw_only=True)
class BuildpackInstallation(Model):
    """A buildpack that an app is built with.

    See <https://devcenter.heroku.com/articles/platform-api-reference#buildpack-installations>.
    """

    buildpack: Buildpack
    """The buildpack."""
    ordinal: int
    """Its position in the order in which buildpacks run, from 0."""


class BuildpackUpdate(TypedDict):
    """A buildpack to build an app with."""

    buildpack: str
    """Location of the buildpack, or its name, such as `heroku/python`."""


Installed: TypeAlias = list[BuildpackInstallation]


class BuildpackInstallations(Resource):
    """Operations on the buildpacks of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#buildpack-installations>.
    """

    @PUT("/apps/{app}/buildpack-installations")
    async def update(self, app: Ref, /, *, updates: Sequence[BuildpackUpdate]) -> Installed:
        """Replace the buildpacks of an app, which the next build runs in this order; returns all of them.

        Args:
            app: Id or name of the app.
            updates: All buildpacks: `[{"buildpack": "heroku/python"}]`; an empty list removes them.
        """
        ...

    @GET("/apps/{app}/buildpack-installations")
    def list(self, app: Ref, /, *, range: Range = FULL) -> Pages[BuildpackInstallation]:
        """The app's buildpacks, in the order in which they run.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
