"""Slug."""

import tarfile
from collections.abc import Mapping
from io import BytesIO

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.body_schema import Nullable, strings
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _addresses
from aioheroku.testing._state.app_rows import SlugRow
from aioheroku.testing._state.models import App
from aioheroku.testing._state.stream_store import Blob

routes = Routes("Slug")

_TEXT = Nullable(str)


@routes.get("/apps/{app}/slugs/{slug}")
def info(context: RequestContext) -> SlugRow:
    """One slug; its blob is for downloading. That of a generated slug is made when it is first requested."""
    row = context.find(context.parts.slugs, "slug", "slug")
    if not row["blob"]["url"]:
        row["blob"] = {"method": "get", "url": _addresses.blob(context, "slugs", row["id"], "get")}
        context.state.streams.blobs[f"slugs/{row['id']}"] = _archive(row["process_types"])
    return row


@routes.post(
    "/apps/{app}/slugs",
    {"process_types": dict},
    {"buildpack_provided_description": _TEXT, "commit": _TEXT},
    undocumented={"checksum": _TEXT, "commit_description": _TEXT, "stack": str},
)
def create(context: RequestContext) -> SlugRow:
    """A slug to upload: its blob is for that, and may be used until it expires; 422 without process types."""
    taken = context.parameters()
    types = strings(taken["process_types"], "process_types")
    if not types:
        raise invalid("Process types can't be blank.")
    row = make(context, context.app, types)
    row["buildpack_provided_description"] = taken.get("buildpack_provided_description")
    row["checksum"], row["commit"] = taken.get("checksum"), taken.get("commit")
    row["commit_description"] = taken.get("commit_description")
    if "stack" in taken:
        row["stack"] = context.state.catalogue.stack(taken["stack"])
    return {**row, "blob": {"method": "put", "url": _addresses.blob(context, "slugs", row["id"], "put")}}


def _archive(process_types: Mapping[str, str]) -> Blob:
    """The minimum of a slug: its Procfile, in the folder of a slug's files."""
    text = "".join(f"{name}: {command}\n" for name, command in process_types.items()).encode()
    packed = BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        entry = tarfile.TarInfo("./app/Procfile")
        entry.size = len(text)
        archive.addfile(entry, BytesIO(text))
    return Blob.of(packed.getvalue())


def make(context: RequestContext, app: App, process_types: Mapping[str, str]) -> SlugRow:
    """A new slug of the app; its blob is for downloading."""
    dated = context.dated()
    return app.parts.slugs.add(
        {
            "blob": {"method": "get", "url": _addresses.blob(context, "slugs", dated["id"], "get")},
            "buildpack_provided_description": None,
            "checksum": None,
            "commit": None,
            "commit_description": None,
            "deleted_at": None,
            "process_types": dict(process_types),
            "size": None,
            "stack": app.row["stack"],
            **dated,
        }
    )
