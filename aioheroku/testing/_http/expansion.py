"""What rows show more of where a request asks for it: the headers `Accept-Expansion` and `Accept-Inclusion`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._state.table import Row

Reader = Callable[[RequestContext, Mapping[str, Any]], Any]
"""Reads from the state what a row does not show by itself."""


@frozen
class Widening:
    """What the rows of a resource can show, by the names that a request uses: `plan`, `addon:plan`.

    An expansion is an object in full, in place of its id and name; an inclusion is an attribute that is left out
    otherwise. A name that a resource does not know is ignored, as is a row that lacks the object a name is in.
    """

    expansions: Mapping[str, Reader] = field(factory=dict[str, Reader])
    inclusions: Mapping[str, Reader] = field(factory=dict[str, Reader])

    def wanted(self, headers: Mapping[str, str]) -> dict[str, Reader]:
        """What a request asks for of this."""
        found = dict[str, Reader]()
        for header, known in (("Accept-Expansion", self.expansions), ("Accept-Inclusion", self.inclusions)):
            names = map(str.strip, headers.get(header, "").split(",")) if known else ()
            found.update((name, known[name]) for name in names if name in known)
        return found

    def apply(
        self, context: RequestContext, shown: Mapping[str, Any] | Sequence[Mapping[str, Any]]
    ) -> tuple[Row | list[Row], list[str]] | None:
        """The rows with what the request asks for, and its expansions; None where it asks for nothing."""
        wanted = self.wanted(context.request.headers)
        if not wanted:
            return None
        names = [name for name in wanted if name in self.expansions]
        if isinstance(shown, Mapping):
            return _widened(context, shown, wanted), names
        return [_widened(context, row, wanted) for row in shown], names


NO_WIDENING = Widening()


def _widened(context: RequestContext, row: Mapping[str, Any], wanted: Mapping[str, Reader]) -> Row:
    """A copy of a row with more in it; the row itself stays as it is stored."""
    wide = dict(row)
    for name, read in wanted.items():
        parent, _, attribute = name.rpartition(":")
        if not parent:
            wide[attribute] = read(context, row)
        elif isinstance(inner := wide.get(parent), Mapping):
            wide[parent] = {**inner, attribute: read(context, row)}
    return wide
