"""Routes: declared by decorators, found by method and path."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol, TypeVar
from urllib.parse import unquote

from attrs import field, frozen

from aioheroku.testing._http.body_schema import BodySchema, ParameterType, merge
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.expansion import NO_WIDENING, Widening
from aioheroku.testing._http.response import Response
from aioheroku.testing._state.table import Table

HandlerResult = Mapping[str, Any] | Sequence[Mapping[str, Any]] | Table[Any] | Response | None
Handler = Callable[[RequestContext], HandlerResult]
H = TypeVar("H", bound=Handler)
ParameterTypes = Mapping[str, ParameterType]

_NONE: ParameterTypes = {}


class Declaration(Protocol):
    """A decorator that keeps the type of a handler."""

    def __call__(self, handler: H, /) -> H:
        """Register the handler and return it unchanged."""
        ...


@frozen(eq=False)
class Link:
    """An endpoint as the reference names it. Some share method and path and differ in the body."""

    title: str
    schema: BodySchema = field(factory=BodySchema)


@frozen(eq=False)
class Route:
    """HTTP method, path template, handler, and how its result is rendered."""

    method: str
    template: str
    handler: Handler
    resource: str = ""
    links: tuple[Link, ...] = ()
    status: int = 200
    orders: tuple[str, ...] = ()  # of a paginated list; the first is its default order; none: they are not stated
    old_orders: Mapping[str, str] = field(factory=dict[str, str])  # that clients still send, with today's names
    listed: bool = True  # in the schema that the platform publishes
    public: bool = False  # needs no credentials
    free: bool = False  # costs no token
    lenient: bool = False  # invalid credentials count as none
    etag: bool = False
    headers: Mapping[str, str] = field(factory=dict[str, str])
    widening: Widening = NO_WIDENING  # what its rows show more of on request

    @cached_property
    def schema(self) -> BodySchema:
        """The body schemas of all its endpoints, merged."""
        return merge(link.schema for link in self.links) if self.links else BodySchema()


class Routes:
    """The endpoints of one resource, declared by decorators named after the HTTP methods.

    A handler takes the `RequestContext` and returns the row (or the rows) to render. `list` is a GET whose handler
    returns a `Table`, which is then paginated; its orders are named, the default one first, and without any it can be
    sorted by every attribute of its rows. The parameters of a body are declared with their types, the required ones
    first (those of a GET, which are its query, and of a DELETE as *required* and *optional*); more options are *title*,
    the last words of the endpoint's title if they are not the usual ones, *of*, the resource if it is not the one
    of the file, *also*, endpoints that share method and path, and the fields of `Route`.
    """

    def __init__(
        self,
        resource: str,
        *,
        public: bool = False,
        headers: Mapping[str, str] | None = None,
        widening: Widening = NO_WIDENING,
    ) -> None:
        self._resource = resource
        self._usual: dict[str, Any] = {"public": public, "headers": dict(headers or {}), "widening": widening}
        self.all: list[Route] = []

    def get(self, template: str, **options: Any) -> Declaration:
        """A single object, or a list that is not paged: 200, with an ETag."""
        return self._declare("GET", template, options, title="Info", etag=True)

    def list(self, template: str, *orders: str, **options: Any) -> Declaration:
        """A paged list: 200 or 206, with an ETag."""
        return self._declare("GET", template, options, title="List", etag=True, orders=orders)

    def post(
        self, template: str, required: ParameterTypes = _NONE, optional: ParameterTypes = _NONE, **options: Any
    ) -> Declaration:
        """A new object: 201."""
        return self._declare("POST", template, options, required, optional, title="Create", status=201)

    def patch(
        self, template: str, required: ParameterTypes = _NONE, optional: ParameterTypes = _NONE, **options: Any
    ) -> Declaration:
        """A changed object: 200."""
        return self._declare("PATCH", template, options, required, optional, title="Update")

    def put(
        self, template: str, required: ParameterTypes = _NONE, optional: ParameterTypes = _NONE, **options: Any
    ) -> Declaration:
        """An object that is made or changed: 200."""
        return self._declare("PUT", template, options, required, optional, title="Create or Update")

    def delete(self, template: str, **options: Any) -> Declaration:
        """A deleted object, shown for the last time: 200."""
        return self._declare("DELETE", template, options, title="Delete")

    def _declare(
        self,
        method: str,
        template: str,
        options: Mapping[str, Any],
        required: ParameterTypes = _NONE,
        optional: ParameterTypes = _NONE,
        **usual: Any,
    ) -> Declaration:
        rest: dict[str, Any] = {**self._usual, **usual, "required": required, "optional": optional, **options}
        parameters = (rest.pop("required"), rest.pop("optional"), rest.pop("undocumented", _NONE))
        link = Link(rest.pop("title"), BodySchema(*parameters, rest.pop("waived", ())))
        name: str = rest.pop("of", self._resource)
        links = tuple(Link(f"{name} {one.title}", one.schema) for one in (link, *rest.pop("also", ())))

        def declare(handler: H) -> H:
            self.all.append(Route(method, template, handler, name, links, **rest))
            return handler

        return declare


class _Node:
    __slots__ = ("any", "fixed", "name", "routes")

    def __init__(self) -> None:
        self.fixed: dict[str, _Node] = {}
        self.any: _Node | None = None
        self.routes: dict[str, tuple[Route, tuple[str, ...]]] = {}


class Router:
    """Finds the route of a path, segment by segment; a literal segment wins over a parameter."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            node, names = self._root, list[str]()
            for part in route.template.split("/")[1:]:
                if part.startswith("{"):
                    names.append(part[1:-1])
                    node.any = node = node.any or _Node()
                else:
                    node = node.fixed.setdefault(part, _Node())
            node.routes[route.method] = (route, tuple(names))

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route and its parameters, decoded; a raw path without its query. None if no route matches."""
        found = _descend(self._root, path.split("/"), 1, ())
        if found is None:
            return None
        node, values = found
        known = node.routes.get(method)
        if known is None:
            return None
        route, names = known
        return route, dict(zip(names, values, strict=True))


def _descend(node: _Node, parts: list[str], at: int, values: tuple[str, ...]) -> tuple[_Node, tuple[str, ...]] | None:
    if at == len(parts):
        return (node, values) if node.routes else None
    part = parts[at]
    if (fixed := node.fixed.get(part)) and (found := _descend(fixed, parts, at + 1, values)):
        return found
    if node.any and part:
        return _descend(node.any, parts, at + 1, (*values, unquote(part) if "%" in part else part))
    return None
