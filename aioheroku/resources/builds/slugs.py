"""Slug: a build artifact that dynos run."""

from collections.abc import Mapping
from uuid import UUID

from aioheroku._api.endpoint import GET, POST, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen, secret
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Identity

__all__ = ["Slug", "SlugBlob", "Slugs"]


@frozen(kw_only=True)
class SlugBlob(Model):
    """Location of the archive of a slug."""

    method: str
    """HTTP method of the URL: `put` to upload, `get` to download."""
    url: str = secret()
    """URL of the archive; anyone who knows it may use it, without a token."""


@frozen(kw_only=True)
class Slug(Model):
    """A build artifact that dynos run.

    See <https://devcenter.heroku.com/articles/platform-api-reference#slug>.
    """

    blob: SlugBlob
    """Where to download or upload the archive."""
    buildpack_provided_description: str | None = None
    """Language or framework, as the buildpack names it."""
    checksum: str | None = None
    """SHA256 of the archive, such as `SHA256:e3b0...`."""
    commit: str | None = None
    """Commit of the source."""
    commit_description: str | None = None
    """Description of the commit."""
    created_at: Timestamp
    """Time of creation."""
    deleted_at: Timestamp | None = None
    """Time of deletion."""
    id: UUID
    """Id of the slug."""
    process_types: dict[str, str]
    """Commands by process type."""
    size: int | None = None
    """Size of the archive in bytes."""
    stack: Identity | None = None
    """Stack of the slug. Always there today."""
    updated_at: Timestamp
    """Time of the last change."""


class Slugs(Resource):
    """Operations on the slugs of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#slug>.
    """

    @GET("/apps/{app}/slugs/{slug}")
    async def info(self, app: Ref, slug: Ref, /) -> Slug:
        """One slug of an app, with the address to download it; slugs cannot be listed.

        Args:
            app: Id or name of the app.
            slug: Id of the slug.
        """
        ...

    @POST("/apps/{app}/slugs")
    async def create(
        self,
        app: Ref,
        /,
        *,
        process_types: Mapping[str, str],
        buildpack_provided_description: str | Unset | None = UNSET,
        checksum: str | Unset | None = UNSET,
        commit: str | Unset | None = UNSET,
        commit_description: str | Unset | None = UNSET,
        stack: str | UUID | Unset = UNSET,
    ) -> Slug:
        """Create a slug; returns it with the address to upload its archive to.

        After the upload, `releases.create` runs it.

        Args:
            app: Id or name of the app.
            process_types: Commands by process type, such as `{"web": "gunicorn app"}`.
            buildpack_provided_description: Language or framework of the slug, as the dashboard shows it.
            checksum: SHA256 of the archive, such as `SHA256:e3b0...`, for Heroku to check.
            commit: Identifier of the source, such as a git commit.
            commit_description: Description of the commit.
            stack: Id or name of the slug's stack; the app's by default.
        """
        ...
