"""What a view adds to each of its calls: more keys of the body, and of the query."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

import msgspec
from attrs import define, field, frozen
from yarl import URL

from aioheroku._api.arguments import encoded, query
from aioheroku._http import Request, Response, Send
from aioheroku.errors import READS, InvalidRequest


@frozen
class Extras:
    """Keys of the body and of the query, for parameters that no declaration names yet."""

    body: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)
    query: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)

    def with_more(self, body: Mapping[str, Any], more_query: Mapping[str, Any]) -> "Extras":
        """These, and more of them after a check."""
        checked(body, "extra_body", encoded)
        checked(more_query, "extra_query", query)
        return Extras({**self.body, **body}, {**self.query, **more_query})

    def around(self, send: Send) -> Send:
        """Wrap `send` so that each request has these keys; without any, it is returned as it is."""
        return AddExtras(send, self) if self.body or self.query else send

    def added(self, request: Request) -> Request:
        """The request with these keys.

        Raises:
            InvalidRequest: the call cannot have them, or has one of them already.
        """
        if self.query:
            request = request.with_url(self._url(request.url))
        if self.body:
            if request.method in READS:
                raise InvalidRequest(f"a {request.method} has no body: use extra_query.", "extra_body")
            headers = {**request.headers, "Content-Type": "application/json"}
            request = request.with_body(encoded(self._merged(request.body)), headers)
        return request

    def _url(self, url: URL) -> URL:
        if name := _twice(self.query, url.query):
            raise InvalidRequest("this call has that parameter already: give it there.", f"extra_query.{name}")
        return appended(url, query(self.query))

    def _merged(self, body: bytes | None) -> dict[str, Any]:
        own: Any = {} if body is None else msgspec.json.decode(body)
        if not isinstance(own, dict):
            raise InvalidRequest("the body of this call is not an object, so no key can be added.", "extra_body")
        own = cast("dict[str, Any]", own)
        if name := _twice(self.body, own):
            raise InvalidRequest("this call has that parameter already: give it there.", f"extra_body.{name}")
        return {**own, **self.body}


@define(eq=False)
class AddExtras:
    """Adds a view's keys to the body and the query of each of its calls; wraps the pipeline in such a view.

    Reads `method`, `url`, `headers` and `body`; replaces the last three where keys are added.
    """

    send: Send
    extras: Extras

    def __call__(self, request: Request) -> Awaitable[Response]:
        return self.send(self.extras.added(request))


def appended(url: URL, text: str) -> URL:
    """The URL with more of a query."""
    if not text:
        return url
    return URL(f"{url.with_fragment(None)}{'&' if url.raw_query_string else '?'}{text}", encoded=True)


def checked(given: object, name: str, encode: Callable[[Any, str], object]) -> None:
    """Refuse anything but a mapping from names to values that `encode` accepts."""
    if not isinstance(given, Mapping):
        raise InvalidRequest(f"expected a mapping, got {type(given).__name__}.", name)
    for count, key in enumerate(cast("Mapping[object, object]", given), 1):
        if not isinstance(key, str) or not key:
            raise InvalidRequest(f"key number {count} is not a name: give strings.", name)
    encode(given, name)


def _twice(more: Mapping[str, Any], own: Mapping[str, Any]) -> str | None:
    return next((name for name in more if name in own), None)
