"""OCI Image."""

from aioheroku.testing._http.body_schema import Nullable
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.table import Row

routes = Routes("OCI Image")

_TEXTS = ("base_image_name", "base_top_layer", "commit", "commit_description", "image_repo", "digest")


@routes.get("/apps/{app}/oci-images/{image}")
def info(context: RequestContext) -> Row:
    """One image, by id or digest."""
    return context.find(context.parts.oci_images, "image", "oci_image")


@routes.post(
    "/apps/{app}/oci-images",
    optional={
        **dict.fromkeys(_TEXTS, str),
        "architecture": Nullable(str),
        "stack": str,
        "process_types": dict,
        "buildpacks": list,
    },
)
def create(context: RequestContext) -> Row:
    """An image that was pushed; 422 for an unknown stack."""
    taken, dated = context.parameters(), context.dated()
    row: Row = {
        "architecture": taken.get("architecture"),
        "base_image_name": "heroku/heroku:22-cnb",
        "base_top_layer": f"sha256:{context.state.rng.getrandbits(256):064x}",
        "buildpacks": [],
        "commit": "",
        "commit_description": "",
        "deleted_at": None,
        "digest": f"sha256:{context.state.rng.getrandbits(256):064x}",
        "image_repo": f"{context.app.row['id']}/builds",
        "process_types": {},
        "stack": context.app.row["stack"],
        **dated,
    }
    row.update({name: value for name, value in taken.items() if name != "stack"})
    if "stack" in taken:
        row["stack"] = context.state.catalogue.stack(taken["stack"])
    return context.parts.oci_images.add(row)
