"""What a session does with files: deploy a source, upload and download slugs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from aioheroku import _options, resources
from aioheroku._api.endpoint import Ref
from aioheroku._api.reading import present
from aioheroku._client.streams import TIMES, StreamOperations
from aioheroku._streams.values import Transfer
from aioheroku._unset import UNSET, Unset
from aioheroku.errors import InvalidRequest

if TYPE_CHECKING:
    from uuid import UUID

    from yarl import URL

    from aioheroku._streams.deploy import Deploy
    from aioheroku._streams.transfer import Progress


class Deploying(StreamOperations):
    """The part of `Heroku` that is about sources and slugs."""

    def deploy(
        self,
        app: Ref,
        source: str | PathLike[str] | URL | IO[bytes],
        /,
        *,
        version: str | None = None,
        buildpacks: Sequence[str | resources.BuildpackSource] = (),
        checksum: str | None = None,
        ignore: bool = True,
        cancel_on_exit: bool = False,
        release: bool = True,
        progress: Progress | None = None,
        timeout: float | None = 3600,
    ) -> Deploy:
        """Deploy a source: await it for its `Build`, or iterate it for the lines of its output.

        A folder is packed without `.git` and without the files that `.gitignore` and `.slugignore` exclude, which takes
        the extra `deploy`. A deploy costs five tokens, and one more for each further poll of an unfinished build.

        See <https://devcenter.heroku.com/articles/build-and-release-using-the-api>.

        Args:
            app: Id or name of the app.
            source: A folder, a `.tar.gz`, its https address, or an open binary file, read from its current position.
            version: Your name for the version, such as a commit.
            buildpacks: Names or addresses of buildpacks to run; the app's own by default.
            checksum: SHA-256 that the archive must have, such as `SHA256:e3b0...`; computed by default, unless the
                source is an address.
            ignore: Whether files that `.gitignore` and `.slugignore` name are left out of a folder.
            cancel_on_exit: Whether leaving it early cancels the build.
            release: Whether to wait for the release too, and its command.
            progress: Called with a `TransferProgress`, at most ten times a second, and at the end of the upload.
            timeout: Seconds for all of it; `None` means no timeout.

        Raises:
            InvalidRequest: an argument is not usable.
            BuildFailed: the build failed; with its last lines. This and the following are raised when it is awaited.
            ReleaseFailed: the release failed; with the last lines of its command.
            TransferFailed, SourceChanged, ChecksumMismatch: the source could not be uploaded.
            WaitTimeout: it took too long.
            APIError, ConnectionFailed: as any call.
        """
        from aioheroku._streams.deploy import Deploy, Plan  # noqa: PLC0415 - for those who use it

        plan = Plan(app, source, version, buildpacks, checksum, ignore, cancel_on_exit, release, progress, timeout)
        return Deploy(self._streams, self._view, self._polling, plan)

    async def push_slug(
        self,
        app: Ref,
        archive: str | PathLike[str] | IO[bytes],
        process_types: Mapping[str, str],
        /,
        *,
        release: bool = False,
        progress: Progress | None = None,
        buildpack_provided_description: str | Unset | None = UNSET,
        commit: str | Unset | None = UNSET,
        commit_description: str | Unset | None = UNSET,
        stack: str | UUID | Unset = UNSET,
    ) -> resources.Slug:
        """Create a slug from an archive and upload it; returns the slug. It costs one token, or two with `release`.

        Args:
            app: Id or name of the app.
            archive: A `.tar.gz` in which every path is under `./app`, or an open binary file.
            process_types: Commands by process type, such as `{"web": "gunicorn app"}`.
            release: Whether to release the slug too.
            progress: Called with a `TransferProgress`, at most ten times a second, and at the end.
            buildpack_provided_description: As in `slugs.create`, like all that follow.
            commit: As in `slugs.create`.
            commit_description: As in `slugs.create`.
            stack: As in `slugs.create`.

        Raises:
            InvalidRequest: an argument is not usable.
            TransferFailed: the store refused it, or it failed too often.
            SourceChanged: the file changed meanwhile.
            APIError, ConnectionFailed: as any call.
        """
        from aioheroku._streams.source import known, prepared  # noqa: PLC0415 - for those who use it
        from aioheroku._streams.transfer import Report, upload  # noqa: PLC0415 - for those who use it

        known(archive, "archive", folders=False)
        _options.callback(progress, "progress")
        packed = await prepared(archive, "archive", ignore=False, checksum=None)
        try:
            made = await resources.Slugs(self._view).create(
                app,
                process_types=process_types,
                checksum=f"SHA256:{packed.sha256}",
                buildpack_provided_description=buildpack_provided_description,
                commit=commit,
                commit_description=commit_description,
                stack=stack,
            )
            slug = present(made, "Slug")
            method = slug.blob.method.upper()
            report = Report(self._streams, progress, method, "/apps/{app}/slugs", "slug", packed.size)
            await upload(report, slug.blob.url, packed, TIMES)
        finally:
            packed.close()
        if release:
            await resources.Releases(self._view).create(app, slug=slug.id)
        return slug

    async def pull_slug(
        self, app: Ref, slug: Ref, to: str | PathLike[str], /, *, progress: Progress | None = None
    ) -> Transfer:
        """Download the archive of a slug to a file; returns its size and checksum. It costs one token.

        The checksum is compared with the slug's. An existing file stays until the new one is complete.

        Args:
            app: Id or name of the app.
            slug: Id of the slug.
            to: The file to write.
            progress: Called with a `TransferProgress`, at most ten times a second, and at the end.

        Raises:
            InvalidRequest: an argument is not usable.
            TransferFailed: the store refused it, or it failed too often.
            ChecksumMismatch: the download does not have the checksum of the slug; nothing was written.
            APIError, ConnectionFailed: as any call.
            OSError: the file cannot be written.
        """
        from aioheroku._streams.download import download  # noqa: PLC0415 - for those who use it
        from aioheroku._streams.packed import digits  # noqa: PLC0415 - for those who use it
        from aioheroku._streams.transfer import Report  # noqa: PLC0415 - for those who use it

        path = _target(to)
        _options.callback(progress, "progress")
        found = await resources.Slugs(self._view).info(app, slug)
        report = Report(self._streams, progress, "GET", "/apps/{app}/slugs/{slug}", "slug", None)
        expected = digits(found.checksum) if found.checksum else None
        return await download(report, found.blob.url, path, expected, TIMES)


def _target(to: object) -> Path:
    if not isinstance(to, str | PathLike) or not str(cast("object", to)):
        raise InvalidRequest("expected the path of a file.", "to")
    path = Path(cast("str", to))
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise InvalidRequest("expected the path of a file in an existing folder.", "to")
    return path
