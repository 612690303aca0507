"""Buildpack Installation: they take effect with the next build, without a release."""

import re
from typing import Any, cast

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.app_rows import BuildpackRow
from aioheroku.testing._state.delivery import buildpack
from aioheroku.testing._state.table import Row, Table, table_of

routes = Routes("Buildpack Installations")

_KNOWN = re.compile(r"(?:https?|git|ssh)://\S+|git@\S+|(?:urn:buildpack:)?[\w.-]+/[\w.-]+")


@routes.list("/apps/{app}/buildpack-installations", title="List")
def listing(context: RequestContext) -> Table[Row]:
    """The app's buildpacks in their order."""
    rows = ({"buildpack": row, "ordinal": ordinal} for ordinal, row in enumerate(context.parts.buildpacks))
    return table_of(rows, identity="ordinal")


@routes.put("/apps/{app}/buildpack-installations", {"updates": list}, title="Update")
def update(context: RequestContext) -> list[Row]:
    """Replace them all, with ordinals from 0; 422 for one that is neither a name nor an address."""
    context.parts.buildpacks[:] = [_named(one) for one in context.parameters()["updates"]]
    context.app.touch(context.now)
    return list(listing(context))


def _named(update: Any) -> BuildpackRow:
    text = cast("Row", update).get("buildpack") if isinstance(update, dict) else None
    if not isinstance(text, str) or not _KNOWN.fullmatch(text):
        raise invalid("Invalid params: each of updates must have a buildpack, a name such as heroku/ruby or a URL.")
    return buildpack(text)
