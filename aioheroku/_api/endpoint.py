"""Endpoint decorators: build a request from the annotated signature, decode the response to the annotated type.

    @POST("/apps/{app}/domains")
    async def create(self, app: Ref, /, *, hostname: str) -> Domain: ...

Positional parameters fill the path in its order, one more is the whole body; keyword-only ones are the body's keys
(the query's of a GET, headers where they are marked as such), left out while `UNSET`. A DELETE has a body only where a
keyword is given. A plain `def` that returns `Pages[T]` is a list. Annotations are resolved at the first call, to keep
the import of a resource cheap.
"""

from collections.abc import Callable, Mapping
from functools import cached_property, wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar, cast

from attrs import define

from aioheroku._api.arguments import HasId, Header, Ref, Secret, hidden
from aioheroku._api.compiled import CompiledEndpoint
from aioheroku._api.reading import Caller
from aioheroku._codec.hints import hints_of, is_union, item_of, members
from aioheroku._misuse import Operations
from aioheroku._pagination import Pages

__all__ = ["DELETE", "GET", "PATCH", "POST", "PUT", "Endpoint", "HasId", "Header", "Ref", "Resource", "Secret"]

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
    """One declared operation, with all that the reference says about it."""

    method: str
    path: str
    function: Callable[..., Any]
    """The declaration."""
    order_fields: tuple[str, ...] = ()
    """The documented orders of a list; empty if there are none, or if it is not a list."""
    default_order: str | None = None
    """The default order of a list; if not given, `id` or else the attribute that identifies an item."""
    metered: bool = True
    idempotent: bool = True
    reads: bool = False
    """Whether it changes nothing although its method is not GET."""
    accept: str | None = None
    """The version of the API that the endpoint exists in, such as `3.webhooks`; by default the session's."""
    body: Mapping[str, Any] | None = None
    """What the body always holds, in addition to the keywords."""
    build_body: BuildBody | None = None
    header_fields: Mapping[str, str] | None = None
    """The headers of the response that become attributes of the result."""

    @cached_property
    def compiled(self) -> "CompiledEndpoint":
        """The declaration, compiled at the first call."""
        return CompiledEndpoint.compile(self)

    @property
    def operation(self) -> str:
        """The operation's name as users write it, such as `apps.info`."""
        return f"{self.function.__module__.rpartition('.')[2]}.{self.function.__name__}"

    def hiding(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments of a call with its secrets hidden, for callers that store them."""
        secrets, has_body = self.compiled.secrets, self.compiled.whole_body is not None
        given = {name: hidden(value) if name in secrets else value for name, value in kwargs.items()}
        return tuple(map(hidden, args)) if has_body else args, given

    @property
    def is_list(self) -> bool:
        """Whether it is read page by page: its declaration is a plain `def`."""
        return not iscoroutinefunction(self.function)

    @property
    def result(self) -> Any:
        """The type of a decoded response: that of a page for a list, and `X` for the `X | None` of a deletion."""
        hint = hints_of(self.function)["return"]
        if self.is_list:
            return list.__class_getitem__(item_of(hint))
        return members(hint)[0] if is_union(hint) else hint


def _declared(method: str, path: str, **options: Any) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        endpoint = Endpoint(method, path, function, **options)
        code: Any = cast("Any", function).__code__
        has_body = code.co_posonlyargcount > path.count("{") + 1  # besides `self` and those of the path

        async def call(self: Resource, *args: Any, **kwargs: Any) -> Any:
            if has_body:
                args = tuple(map(hidden, args))  # before anything can fail: a traceback may show variables
            compiled, caller = endpoint.compiled, self.caller
            response = await caller.call(compiled.request(caller, args, kwargs))
            return compiled.decoded(caller, response)

        def pages(self: Resource, *args: Any, **kwargs: Any) -> Pages[Any]:
            return endpoint.compiled.pages(self.caller, args, kwargs)

        wrapped: Any = wraps(function)(pages if endpoint.is_list else call)
        wrapped.endpoint = endpoint
        return wrapped  # type: ignore[no-any-return]

    return decorate


def GET(  # noqa: N802
    path: str,
    *,
    order_fields: tuple[str, ...] = (),
    default_order: str | None = None,
    metered: bool = True,
    accept: str | None = None,
) -> Callable[[F], F]:
    """A read; `order_fields` are the documented orders of a list. `metered=False` takes no token."""
    return _declared(
        "GET", path, order_fields=order_fields, default_order=default_order, metered=metered, accept=accept
    )


def POST(  # noqa: N802
    path: str,
    *,
    order_fields: tuple[str, ...] = (),
    reads: bool = False,
    body: Mapping[str, Any] | None = None,
    build_body: BuildBody | None = None,
    header_fields: Mapping[str, str] | None = None,
    accept: str | None = None,
) -> Callable[[F], F]:
    """A creation: never retried once it may have been executed; with `reads` it changes nothing, and is a read.

    `body` is sent with the keywords; `build_body` makes it from them if they depend on each other. `header_fields`
    names the attributes of the result that are headers of the response.
    """
    options = {"order_fields": order_fields, "body": body, "build_body": build_body, "header_fields": header_fields}
    return _declared("POST", path, idempotent=reads, reads=reads, accept=accept, **options)


def PATCH(  # noqa: N802
    path: str, *, idempotent: bool = False, body: Mapping[str, Any] | None = None, accept: str | None = None
) -> Callable[[F], F]:
    """A change; `idempotent` if making it twice is the same as making it once. `body` is sent with the keywords."""
    return _declared("PATCH", path, idempotent=idempotent, body=body, accept=accept)


def PUT(path: str, *, body: Mapping[str, Any] | None = None, accept: str | None = None) -> Callable[[F], F]:  # noqa: N802
    """A creation or replacement under a known name. `body` is sent with the keywords."""
    return _declared("PUT", path, body=body, accept=accept)


def DELETE(path: str, *, idempotent: bool = True, accept: str | None = None) -> Callable[[F], F]:  # noqa: N802
    """A removal; keywords that are given make a body."""
    return _declared("DELETE", path, idempotent=idempotent, accept=accept)
