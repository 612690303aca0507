"""Endpoint decorators: build a request from the annotated signature, decode the response to the annotated type.

    @POST("/apps/{app}/domains")
    async def create(self, app: str | UUID, /, *, hostname: str) -> Domain: ...

Positional parameters fill the path in its order, one more is the whole body; keyword-only ones are the body's keys
(the query's of a GET), left out while `UNSET`. A plain `def` that returns `Pages[T]` is a list. Annotations are
resolved at the first call, so that importing a resource costs no more than its source.
"""

import inspect
import logging
import re
from collections.abc import Callable, Mapping
from functools import cached_property, partial, wraps
from types import UnionType
from typing import Any, Final, Protocol, TypeVar, get_args, get_type_hints
from urllib.parse import quote, urlencode
from uuid import UUID

from attrs import define, frozen
from yarl import URL

from aioheroku import _codec
from aioheroku._api.validation import Check, checker, misfit
from aioheroku._http import Options, Request, Response, Send
from aioheroku._misuse import Operations
from aioheroku._pagination import FULL, Page, Pages, Range
from aioheroku._strings import unwrap
from aioheroku._unset import UNSET
from aioheroku.errors import APIError, DecodeError, HerokuError, InvalidRequest

logger = logging.getLogger("aioheroku")

F = TypeVar("F", bound=Callable[..., Any])

Shape = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Makes the body of the keywords that were given, where they depend on each other; raises `InvalidRequest`."""

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_is_plain: Final = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*").fullmatch


class Caller(Protocol):
    """What a declaration needs of the session: where to, with which headers and options, and the way there."""

    url: Callable[[str], URL]
    """The URL of an encoded path below the base URL."""
    headers: Mapping[str, str]
    options: Options
    call: Send
    """Sends a request through all middlewares; a response that is not a success is raised."""

    def failed(self, method: str, path: str, error: HerokuError) -> None:
        """Report a call that ended with an error."""
        ...


class Resource(Operations):
    """The operations of one resource. `Heroku` makes it; it holds no state of its own."""

    __slots__ = ("caller",)

    def __init__(self, caller: Caller) -> None:
        self.caller = caller


def segment(value: object, name: str) -> str:
    """A path argument as one percent-encoded segment.

    Raises:
        InvalidRequest: it is empty, `.` or `..`, or no string or UUID; the message names the argument.
    """
    if type(value) is not str:
        value = str(UUID(int=value.int)) if isinstance(value, UUID) else unwrap(value)
    if isinstance(value, str):
        if _is_plain(value):
            return value
    else:
        raise InvalidRequest(f"expected a string or a UUID, got {type(value).__name__}.", name)
    if value in ("", ".", ".."):
        raise InvalidRequest(f"{value!r} names nothing: give a name or an id.", name)
    if "/" in value and name == "app":
        raise InvalidRequest("it holds a '/', which no app's name does: give the name or the id alone.", name)
    try:
        return quote(value, safe="")
    except UnicodeEncodeError:
        raise InvalidRequest("it holds characters that no URL can carry.", name) from None


def body_of(caller: Caller, body: Any) -> tuple[bytes | None, Mapping[str, str]]:
    """A body as bytes, and the headers that go with it."""
    try:
        return _codec.encode(body), {**caller.headers, "Content-Type": "application/json"}
    except (TypeError, ValueError) as error:
        raise InvalidRequest(f"it cannot be sent as JSON: {error}.", "body") from None


@define(eq=False)
class Endpoint:
    """One declared operation: everything that the reference says of it, in one place."""

    method: str
    path: str
    declare: Callable[..., Any]
    orders: tuple[str, ...]
    metered: bool
    idempotent: bool
    shape: Shape | None = None

    @cached_property
    def plan(self) -> "Plan":
        """The declaration, compiled at the first call."""
        return Plan.compile(self)


@frozen(eq=False)
class Plan:
    """A declaration with its annotations resolved: what a call needs and nothing else."""

    endpoint: Endpoint
    make: Callable[..., Request]
    """Makes a request of its URL, headers, body and options: the rest is the same for all."""
    root: str
    """The path up to its first parameter."""
    parts: tuple[tuple[str, str], ...]
    """The path's parameters, each with what follows it."""
    positional: int
    whole_body: tuple[str, Check] | None
    keywords: Mapping[str, Check]
    required: frozenset[str]
    read: Callable[[bytes], Any] | None
    """Decodes the body of a response; a list's is that of a page."""
    walk: Range

    @classmethod
    def compile(cls, endpoint: Endpoint) -> "Plan":
        """Read the declaration's signature."""
        hints = get_type_hints(endpoint.declare, include_extras=True)
        signature = inspect.signature(endpoint.declare)
        parameters = list(signature.parameters.values())[1:]
        pieces = _PLACEHOLDER.split(endpoint.path)
        literals, path_names = pieces[::2], tuple(pieces[1::2])
        positional = [p.name for p in parameters if p.kind is p.POSITIONAL_ONLY]
        keywords = [p for p in parameters if p.kind is p.KEYWORD_ONLY and p.name != "range"]
        if tuple(positional[: len(path_names)]) != path_names or len(positional) > len(path_names) + 1:
            raise TypeError(f"{endpoint.declare.__qualname__}: its positional parameters do not fill {endpoint.path}")
        extra = positional[len(path_names) :]
        result = hints["return"]
        if isinstance(result, UnionType):  # what was deleted, or None
            result = get_args(result)[0]
        if endpoint.orders:
            result = list.__class_getitem__(get_args(result)[0])
        fixed: dict[str, Any] = {"path": endpoint.path, "idempotent": endpoint.idempotent, "metered": endpoint.metered}
        return cls(
            endpoint,
            partial(Request, endpoint.method, **fixed),
            literals[0],
            tuple(zip(path_names, literals[1:], strict=True)),
            len(positional),
            (extra[0], checker(hints[extra[0]])) if extra else None,
            {p.name: checker(hints[p.name]) for p in keywords},
            frozenset(p.name for p in keywords if p.default is p.empty),
            _codec.reader(result) if result is not type(None) else None,
            Range(endpoint.orders[0] if "id" not in endpoint.orders else "id") if endpoint.orders else FULL,
        )

    def request(self, caller: Caller, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Request:
        """The request that a call stands for.

        Raises:
            InvalidRequest: an argument has the wrong type or value.
            TypeError: the arguments do not fit the signature, as with any function.
        """
        if len(args) != self.positional or (
            (kwargs or self.required) and not self.required <= kwargs.keys() <= self.keywords.keys()
        ):
            raise misfit(self.endpoint.declare, args, kwargs)
        path = self.root
        for value, (name, literal) in zip(args, self.parts, strict=False):
            path += segment(value, name) + literal
        given: dict[str, Any] = {}
        for name, value in kwargs.items():
            if value is not UNSET:
                self.keywords[name](value, name)
                given[name] = value
        headers, body = caller.headers, None
        if self.whole_body is not None:
            name, check = self.whole_body
            check(args[-1], name)
            body, headers = body_of(caller, args[-1])
        elif self.keywords and self.endpoint.method != "GET":
            shape = self.endpoint.shape
            body, headers = body_of(caller, shape(given) if shape is not None else given)
            given = {}
        if given:
            path += "?" + urlencode({name: unwrap(value) for name, value in given.items()})
        return self.make(caller.url(path), headers=headers, body=body, options=caller.options)

    def decoded(self, caller: Caller, response: Response) -> Any:
        """The response's body as the annotated type; one that is not understood is reported.

        A write that is answered with a success has worked, whatever comes back: where that is nothing, it is `None`.
        A conditional read that is answered with 304 is `NotModified`.
        """
        problem: HerokuError
        if response.status == 304:  # of a read that was made conditional
            method, path = response.method, response.path
            problem = APIError.from_response(304, response.headers, response.body, method=method, path=path)
        else:
            try:
                if self.read is not None:
                    return self.read(response.body)
                response.json()  # a page of HTML is not from the platform
            except DecodeError as error:
                if response.method != "GET" and response.is_empty:
                    if response.method != "DELETE":  # the type of a deletion says it already
                        logger.warning("%s %s: success without the expected object", response.method, response.path)
                    return None
                where = response.status, response.method, response.path, response.request_id
                problem = DecodeError(error.path, error.reason, *where)
            else:
                return None
        caller.failed(response.method, response.path, problem)
        raise problem

    def pages(self, caller: Caller, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Pages[Any]:
        """The list that a call stands for; nothing is sent yet."""
        asked: Range = kwargs.pop("range", FULL)
        if not isinstance(asked, Range):
            raise InvalidRequest(f"expected a Range, got {type(asked).__name__}; see Range.parse.", "range")
        if asked is FULL:
            asked = self.walk
        elif asked.field not in self.endpoint.orders:
            orders = " or ".join(map(repr, self.endpoint.orders))
            raise InvalidRequest(f"this list takes no order {asked.field!r}: give {orders}.", "range.field")
        endpoint, url = self.endpoint, self.request(caller, args, kwargs).url

        async def fetch(text: str) -> Page[Any]:
            headers = {**caller.headers, "Range": text}
            response = await caller.call(self.make(url, headers=headers, options=caller.options))
            read = partial(self.decoded, caller, response)
            return Page(read, response.next_range, response.status == 206, response.request_id)

        return Pages(fetch, asked, endpoint.path, partial(caller.failed, endpoint.method, endpoint.path))


def _declared(
    method: str,
    path: str,
    orders: tuple[str, ...] = (),
    *,
    metered: bool = True,
    idempotent: bool = True,
    shape: Shape | None = None,
) -> Callable[[F], F]:
    def decorate(declare: F) -> F:
        endpoint = Endpoint(method, path, declare, orders, metered, idempotent, shape)

        async def call(self: Resource, *args: Any, **kwargs: Any) -> Any:
            plan = endpoint.plan
            caller = self.caller
            response = await caller.call(plan.request(caller, args, kwargs))
            return plan.decoded(caller, response)

        def pages(self: Resource, *args: Any, **kwargs: Any) -> Pages[Any]:
            return endpoint.plan.pages(self.caller, args, kwargs)

        wrapped: Any = wraps(declare)(pages if orders else call)
        wrapped.endpoint = endpoint
        return wrapped  # type: ignore[no-any-return]

    return decorate


def GET(path: str, *, orders: tuple[str, ...] = (), metered: bool = True) -> Callable[[F], F]:  # noqa: N802
    """A read; with `orders` (the fields that its Range takes) a list. `metered=False` takes no token."""
    return _declared("GET", path, orders, metered=metered)


def POST(path: str, *, shape: Shape | None = None) -> Callable[[F], F]:  # noqa: N802
    """A creation: never repeated once it may have been executed; `shape` where its parameters depend on each other."""
    return _declared("POST", path, idempotent=False, shape=shape)


def PATCH(path: str, *, idempotent: bool = False) -> Callable[[F], F]:  # noqa: N802
    """A change; `idempotent` where making it twice is the same as making it once."""
    return _declared("PATCH", path, idempotent=idempotent)


def PUT(path: str) -> Callable[[F], F]:  # noqa: N802
    """A creation or replacement under a known name."""
    return _declared("PUT", path)


def DELETE(path: str, *, idempotent: bool = True) -> Callable[[F], F]:  # noqa: N802
    """A removal."""
    return _declared("DELETE", path, idempotent=idempotent)
