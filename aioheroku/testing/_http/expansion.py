"""Variants of rows on request: `Accept-Expansion`, `Accept-Inclusion`, version `3.sdk`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._state.table import Row

Reader = Callable[[RequestContext, Mapping[str, Any]], Any]
"""Reads from the state what a row does not contain by default."""


@frozen
class Widening:
    """What the rows of a resource can show, by the names that a request uses: `plan`, `addon:plan`.

    An expansion is an object in full, in place of its id and name; an inclusion is an attribute that is left out
    otherwise. A name that a resource does not know is ignored, as is a row that lacks the object a name is in. *sdk*
    are attributes that the variant `3.sdk` shows in another form.
    """

    expansions: Mapping[str, Reader] = field(factory=dict[str, Reader])
    inclusions: Mapping[str, Reader] = field(factory=dict[str, Reader])
    sdk: Mapping[str, Reader] = field(factory=dict[str, Reader])

    def shown(self, context: RequestContext, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """One row in the requested variant."""
        wanted = self._wanted(context)
        return _widened(context, row, wanted) if wanted else row

    def _wanted(self, context: RequestContext) -> dict[str, Reader]:
        found = dict(self.sdk) if self.sdk and context.is_sdk else {}
        headers = context.request.headers
        for header, known in (("Accept-Expansion", self.expansions), ("Accept-Inclusion", self.inclusions)):
            names = map(str.strip, headers.get(header, "").split(",")) if known else ()
            found.update((name, known[name]) for name in names if name in known)
        return found

    def apply(
        self, context: RequestContext, shown: Mapping[str, Any] | Sequence[Mapping[str, Any]]
    ) -> tuple[Row | list[Row], list[str]] | None:
        """The rows with what the request asks for, and its expansions; None if it asks for nothing."""
        wanted = self._wanted(context)
        if not wanted:
            return None
        names = [name for name in wanted if name in self.expansions]
        if isinstance(shown, Mapping):
            return _widened(context, shown, wanted), names
        return [_widened(context, row, wanted) for row in shown], names


NO_WIDENING = Widening()


def generation_name(_context: RequestContext, row: Mapping[str, Any]) -> str:
    """The name of an app's or space's generation, which is all of it that `3.sdk` shows."""
    name: str = row["generation"]["name"]
    return name


def _widened(context: RequestContext, row: Mapping[str, Any], wanted: Mapping[str, Reader]) -> Row:
    """A copy of a row with more attributes; the stored row is unchanged."""
    wide = dict(row)
    for name, read in wanted.items():
        parent, _, attribute = name.rpartition(":")
        if not parent:
            wide[attribute] = read(context, row)
        elif isinstance(inner := wide.get(parent), Mapping):
            wide[parent] = {**inner, attribute: read(context, row)}
    return wide
