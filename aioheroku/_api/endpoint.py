"""Endpoint decorators: build a request from the annotated signature, decode the response to the annotated type.

    @POST("/apps/{app}/domains")
    async def create(self, app: str | UUID, /, *, hostname: str) -> Domain: ...

Positional parameters fill the path in its order, one more is the whole body; keyword-only ones are the body's keys
(the query's of a GET), left out while `UNSET`. A plain `def` that returns `Pages[T]` is a list. Annotations are
resolved at the first call, so that importing a resource costs no more than its source.
"""

from collections.abc import Callable, Mapping
from functools import cached_property, wraps
from typing import Any, TypeVar

from attrs import define

from aioheroku._api.compiled import Caller, CompiledEndpoint
from aioheroku._codec.hints import hints_of, is_union, item_of, members
from aioheroku._misuse import Operations
from aioheroku._pagination import Pages

F = TypeVar("F", bound=Callable[..., Any])

BuildBody = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Validates the keywords that were given and builds the request's body of them; raises `InvalidRequest`."""


class Resource(Operations):
    """The operations of one resource. `Heroku` makes it; it holds no state of its own."""

    __slots__ = ("caller",)

    def __init__(self, caller: Caller) -> None:
        self.caller = caller


@define(eq=False)
class Endpoint:
    """One declared operation: everything that the reference says of it, in one place."""

    method: str
    path: str
    function: Callable[..., Any]
    """The declaration."""
    order_fields: tuple[str, ...]
    """The fields that a list may be sorted by; empty where the endpoint is not a list."""
    metered: bool
    idempotent: bool
    build_body: BuildBody | None = None

    @cached_property
    def compiled(self) -> "CompiledEndpoint":
        """The declaration, compiled at the first call."""
        return CompiledEndpoint.compile(self)

    @property
    def result(self) -> Any:
        """The type of a decoded response: that of a page for a list, and `X` for the `X | None` of a deletion."""
        hint = hints_of(self.function)["return"]
        if self.order_fields:
            return list.__class_getitem__(item_of(hint))
        return members(hint)[0] if is_union(hint) else hint


def _declared(
    method: str,
    path: str,
    order_fields: tuple[str, ...] = (),
    *,
    metered: bool = True,
    idempotent: bool = True,
    build_body: BuildBody | None = None,
) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        endpoint = Endpoint(method, path, function, order_fields, metered, idempotent, build_body)

        async def call(self: Resource, *args: Any, **kwargs: Any) -> Any:
            compiled, caller = endpoint.compiled, self.caller
            response = await caller.call(compiled.request(caller, args, kwargs))
            return compiled.decoded(caller, response)

        def pages(self: Resource, *args: Any, **kwargs: Any) -> Pages[Any]:
            return endpoint.compiled.pages(self.caller, args, kwargs)

        wrapped: Any = wraps(function)(pages if order_fields else call)
        wrapped.endpoint = endpoint
        return wrapped  # type: ignore[no-any-return]

    return decorate


def GET(path: str, *, order_fields: tuple[str, ...] = (), metered: bool = True) -> Callable[[F], F]:  # noqa: N802
    """A read; with `order_fields` (what its Range sorts by) a list. `metered=False` takes no token."""
    return _declared("GET", path, order_fields, metered=metered)


def POST(path: str, *, build_body: BuildBody | None = None) -> Callable[[F], F]:  # noqa: N802
    """A creation: never retried once it may have been executed; `build_body` where parameters depend on each other."""
    return _declared("POST", path, idempotent=False, build_body=build_body)


def PATCH(path: str, *, idempotent: bool = False) -> Callable[[F], F]:  # noqa: N802
    """A change; `idempotent` where making it twice is the same as making it once."""
    return _declared("PATCH", path, idempotent=idempotent)


def PUT(path: str) -> Callable[[F], F]:  # noqa: N802
    """A creation or replacement under a known name."""
    return _declared("PUT", path)


def DELETE(path: str, *, idempotent: bool = True) -> Callable[[F], F]:  # noqa: N802
    """A removal."""
    return _declared("DELETE", path, idempotent=idempotent)
