"""Slug."""

from collections.abc import Mapping

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.body_schema import Nullable, strings
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.app_rows import SlugRow
from aioheroku.testing._state.models import App

routes = Routes("Slug")

_STORE = "https://s3-external-1.amazonaws.com/herokuslugs/heroku.com/v1"
_TEXT = Nullable(str)


@routes.get("/apps/{app}/slugs/{slug}")
def info(context: RequestContext) -> SlugRow:
    """One slug; its blob is for downloading."""
    return context.find(context.parts.slugs, "slug", "slug")


@routes.post(
    "/apps/{app}/slugs",
    {"process_types": dict},
    {"buildpack_provided_description": _TEXT, "commit": _TEXT},
    undocumented={"commit_description": _TEXT, "stack": str},
)
def create(context: RequestContext) -> SlugRow:
    """A slug to upload: its blob is for that, and may be used until it expires; 422 without process types."""
    taken = context.parameters()
    types = strings(taken["process_types"], "process_types")
    if not types:
        raise invalid("Process types can't be blank.")
    row = make(context, context.app, types)
    row["buildpack_provided_description"] = taken.get("buildpack_provided_description")
    row["commit"] = taken.get("commit")
    until = int(context.state.now()) + 3600
    key, signature = f"AKIA{context.state.rng.getrandbits(64):016X}", f"{context.state.rng.getrandbits(160):040x}"
    url = f"{row['blob']['url']}?AWSAccessKeyId={key}&Signature={signature}&Expires={until}"
    return {**row, "blob": {"method": "put", "url": url}}


def make(context: RequestContext, app: App, process_types: Mapping[str, str]) -> SlugRow:
    """A new slug of the app; its blob is for downloading."""
    dated = context.dated()
    return app.parts.slugs.add(
        {
            "blob": {"method": "get", "url": f"{_STORE}/{dated['id']}"},
            "buildpack_provided_description": None,
            "commit": None,
            "process_types": dict(process_types),
            "size": None,
            **dated,
        }
    )
