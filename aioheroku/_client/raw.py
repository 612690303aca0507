"""Requests to endpoints that no resource declares."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

from yarl import URL

from aioheroku import _codec, _options, events
from aioheroku._api.arguments import Ref, encoded, hidden, query, segment
from aioheroku._api.compiled import naming
from aioheroku._api.reading import pages, read
from aioheroku._client.extras import appended, checked
from aioheroku._http import Request, Response
from aioheroku._middleware.observe import callers_level
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._strings import suggestion
from aioheroku._unset import UNSET, Unset
from aioheroku.errors import HerokuWarning, InvalidRequest

if TYPE_CHECKING:
    from aioheroku._client.context import View

T = TypeVar("T")
logger = logging.getLogger("aioheroku")

_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_]\w*)\}")
_CUT: Final = (
    "the list is truncated: this is only its first page. Read it with heroku.request_pages(...), or give a Range: "
    "using(headers={'Range': ...})."
)

_OPTIONS: Final = ("accept", "headers", "if_match", "label", "max_wait", "priority", "timeout")
_MEANT: Final = {
    **{name: f" Options are given to a view: heroku.using({name}=...).request(...)." for name in _OPTIONS},
    "data": " Did you mean 'json'?",
    "query": " Did you mean 'params'?",
}
"""How other clients name the arguments of a request, and what to write here instead."""


class RawRequests:
    """The part of a session that calls any path."""

    _view: View

    async def request(
        self,
        method: str,
        path: str | URL,
        body: Any = UNSET,
        *,
        json: Any = UNSET,
        params: Mapping[str, Any] | Unset | None = UNSET,
        idempotent: bool | None = None,
        **arguments: Ref,
    ) -> Response:
        """Call any endpoint, through the same middlewares as the resources, and return the raw response.

        `request("GET", "/teams/{team}/members", team="acme")` fills the path as a typed method does: each argument is
        quoted, and stays one segment. If a resource declares the path, the call has the properties of that endpoint.
        Of all others, only reads and PUT are retried after an attempt whose outcome is unknown. Logs, events and errors
        show the path's template, or its shape such as `/apps/{}/x`, never the path itself. A list that is
        truncated is reported as a `HerokuWarning`, unless the call had a Range: `request_pages` reads all of it.

        Args:
            method: an HTTP method.
            path: a path below the base URL, with its query, or a URL of the same origin; `{name}` stands for an
                argument of that name.
            body: the same as `json`, by position.
            json: sent as JSON.
            params: the query: strings, numbers, booleans, or lists of them.
            idempotent: overrides whether the request is idempotent and so may be retried.
            arguments: what the path's placeholders stand for: strings, numbers, or objects with an id.

        Raises:
            InvalidRequest: an argument is wrong, or the URL has another origin, where the token must not be sent.
            APIError, ConnectionFailed: as any call.
        """
        body, json, params, arguments = map(hidden, (body, json, params, arguments))  # a traceback may show variables
        if json is not UNSET and body is not UNSET:
            raise InvalidRequest("give the body once: by position, or as json=.", "json")
        content = body if json is UNSET else json
        request, _ = _made(self._view, method, path, content, params, arguments, idempotent)
        response = await self._view.call(request)
        if (response.status == 206 or response.next_range) and "Range" not in request.headers:
            _warn(self._view, request)
        return response

    @overload
    def request_pages(
        self,
        method: str,
        path: str | URL,
        *,
        model: type[T],
        range: Range = FULL,
        json: Any = UNSET,
        params: Mapping[str, Any] | Unset | None = UNSET,
        **arguments: Ref,
    ) -> Pages[T]: ...
    @overload
    def request_pages(
        self,
        method: str,
        path: str | URL,
        *,
        model: None = None,
        range: Range = FULL,
        json: Any = UNSET,
        params: Mapping[str, Any] | Unset | None = UNSET,
        **arguments: Ref,
    ) -> Pages[Any]: ...
    def request_pages(
        self,
        method: str,
        path: str | URL,
        *,
        model: type[Any] | None = None,
        range: Range = FULL,
        json: Any = UNSET,
        params: Mapping[str, Any] | Unset | None = UNSET,
        **arguments: Ref,
    ) -> Pages[Any]:
        """A list of any endpoint, page by page, as the lists of the resources are; nothing is sent until it is used.

        `request_pages("GET", "/teams/{team}/members", team="acme")` gives plain JSON data; with `model=` objects.

        Args:
            method: an HTTP method: `"GET"`, except for the few lists that take a POST.
            path: as in `request`.
            model: the class of the items; without one they are dicts.
            range: which part of the list, in which order; all of it by default. The platform decides what a list can be
                sorted by.
            json: sent as JSON with each page's request.
            params: the query of each page's request.
            arguments: what the path's placeholders stand for.

        Raises:
            InvalidRequest: as `request`.
            APIError, ConnectionFailed, DecodeError, PagingError: when it is read.
        """
        json, params, arguments = map(hidden, (json, params, arguments))
        if not isinstance(range, Range):
            raise InvalidRequest(f"expected a Range, got {type(range).__name__}; see Range.parse.", "range")
        if model is not None and not isinstance(model, type):
            raise InvalidRequest(f"expected a class, such as App, got {type(model).__name__}.", "model")
        request, first = _made(self._view, method, path, json, params, arguments)
        if range is FULL:
            range = first or (FULL if model is None else Range(naming(model)))
        decode = _codec.decoder_for(list[Any] if model is None else list.__class_getitem__(model))
        return pages(self._view, request, range, partial(read, self._view, decode))

    async def schema(self) -> dict[str, Any]:
        """The API's own description: its JSON hyper-schema; see `aioheroku.drift`."""
        schema: dict[str, Any] = (await self.request("GET", "/schema")).json()
        return schema


def _verb(method: object) -> str:
    if not isinstance(method, str) or not (method.isascii() and method.isalpha()):
        raise InvalidRequest("expected an HTTP method, such as 'GET'.", "method")
    verb = method.upper()
    if verb in ("CONNECT", "TRACE"):  # a tunnel, and an echo of the headers: both are for proxies
        raise InvalidRequest(f"the API has no {verb}.", "method")
    return verb


def _made(  # noqa: PLR0917 - those of `request`
    view: View,
    method: str,
    path: str | URL,
    content: Any,
    params: Mapping[str, Any] | Unset | None,
    arguments: Mapping[str, Ref],
    idempotent: bool | None = None,
) -> tuple[Request, Range | None]:
    """The request, and the default range of its endpoint if a resource declares it."""
    from aioheroku._client import routes  # noqa: PLC0415 - it imports all resources

    verb, base = _verb(method), view.core.base
    url = _options.below(base, _filled(path, arguments))
    if params is not UNSET and params is not None:
        checked(params, "params", query)
        url = appended(url, query(params, "params"))
    body, headers = None, view.headers
    if content is not UNSET and content is not None:
        body, headers = encoded(content), {**headers, "Content-Type": "application/json"}
    prefix = base.raw_path.rstrip("/")
    route = routes.find(verb, url.raw_path.removeprefix(prefix), _template(path, prefix))
    safe = route.idempotent if idempotent is None else idempotent
    request = Request(
        verb, url, route.path, headers, body, view.options, safe, route.metered, route.reads, route.operation
    )
    return request, route.default_range


def _filled(path: str | URL, arguments: Mapping[str, Ref]) -> str | URL:
    """The path with an argument in place of each `{name}`."""
    names = _PLACEHOLDER.findall(path) if isinstance(path, str) else []
    for name in arguments:
        if name not in names:
            near = _MEANT.get(name) or suggestion(name, [*names, "json", "params", "idempotent"])
            raise TypeError(f"unexpected argument {name!r}: the path has no {{{name}}}.{near}")
    for name in names:
        if name not in arguments:
            raise InvalidRequest(f"nothing was given for {{{name}}}: give {name}=...", "path")
    if not isinstance(path, str) or not names:
        return path
    return _PLACEHOLDER.sub(lambda found: segment(arguments[found[1]], found[1]), path)


def _template(path: str | URL, prefix: str) -> str:
    """The template that the path is, without origin and query; empty if it has no placeholder."""
    text = path.partition("?")[0] if isinstance(path, str) and _PLACEHOLDER.search(path) else ""
    if text and not text.startswith("/"):
        text = "/" + text.partition("://")[2].partition("/")[2]
        text = text.removeprefix(prefix)
    return text


def _warn(view: View, request: Request) -> None:
    """Report that a list is truncated: as a warning, in the log, and as an event."""
    logger.warning("%s %s: %s", request.method, request.path, _CUT)
    if view.core.emit is not None:
        view.core.emit(events.Warned(request.method, request.path, view.options.label, _CUT, None))
    with suppress(HerokuWarning):  # with -W error the caller would lose the response
        warnings.warn(f"{request.method} {request.path}: {_CUT}", HerokuWarning, stacklevel=callers_level())
