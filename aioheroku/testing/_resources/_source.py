"""Checks the source of a build."""

import tarfile
from typing import IO
from urllib.parse import urlsplit

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._state.app_rows import BuildRow


def check_address(url: str) -> None:
    """422 for an address that nothing can be fetched from."""
    if not url.startswith(("https://", "http://")):
        raise invalid("Source blob url is not a valid address.")


def problem(context: RequestContext, build: BuildRow) -> str | None:
    """Why the source cannot be built; None if it can, or is not on this platform, which fetches nothing elsewhere."""
    parts = urlsplit(build["source_blob"]["url"])
    if not parts.path.startswith("/blobs/") or parts.netloc != context.host:
        return None
    address = context.state.streams.addresses.get(f"{parts.path}?{parts.query}")
    if address is None or address.kind != "get":
        return "Could not fetch the source: 403 Forbidden"
    blob = context.state.streams.blobs.get(address.id)
    if blob is None or blob.file is None:
        return "Could not fetch the source: 404 Not Found"
    checksum = build["source_blob"]["checksum"]
    if checksum and checksum.lower() != f"sha256:{blob.sha256}":
        return "The checksum of the source does not match"
    return _archive_problem(blob.file)


def _archive_problem(file: IO[bytes]) -> str | None:
    file.seek(0)
    try:
        with tarfile.open(fileobj=file, mode="r|gz") as archive:
            is_empty = not list(archive)
    except (tarfile.TarError, OSError, EOFError):
        return "The source is not a gzipped tar archive"
    return "The source is empty" if is_empty else None
