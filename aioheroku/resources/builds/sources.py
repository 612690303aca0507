"""Source: a place to upload the source of a build to."""

from aioheroku._api.endpoint import POST, Ref, Resource
from aioheroku._codec import Model, frozen, secret

__all__ = ["Source", "SourceURLs", "Sources"]


@frozen(kw_only=True)
class SourceURLs(Model):
    """Addresses of an archive."""

    get_url: str = secret()
    """URL to download the archive from, for `builds.create`; anyone who knows it may use it, without a token."""
    put_url: str = secret()
    """URL to upload the archive to, with PUT; anyone who knows it may use it, without a token."""


@frozen(kw_only=True)
class Source(Model):
    """A place to upload the source of a build to.

    See <https://devcenter.heroku.com/articles/platform-api-reference#source>.
    """

    source_blob: SourceURLs
    """The URLs to upload the archive to and download it from."""


class Sources(Resource):
    """Operations on sources.

    See <https://devcenter.heroku.com/articles/platform-api-reference#source>.
    """

    @POST("/sources")
    async def create(self) -> Source:
        """Create a place for an archive; returns the URLs.

        Upload the archive to `put_url` with PUT, and pass `get_url` to `heroku.builds.create`.
        """
        ...

    @POST("/apps/{app}/sources")
    async def create_for_app(self, app: Ref, /) -> Source:
        """Create a place for the archive of an app. Heroku has deprecated it: use `create`.

        Args:
            app: Id or name of the app.
        """
        ...
