"""From a request to its response: authentication, rate limiting, version, route, conditional requests."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from random import Random
from typing import Any

from attrs import define, evolve, field

from aioheroku.testing._dates import RetryForm, http_date, retry_after
from aioheroku.testing._errors import ErrorResponse, no_endpoint, rate_limited, unauthorized
from aioheroku.testing._http.context import RawRequest, RequestContext, token_of
from aioheroku.testing._http.range_header import RangeHeader, paginate
from aioheroku.testing._http.response import Response, dump
from aioheroku.testing._http.routing import Route, Router
from aioheroku.testing._state.ids import uuid
from aioheroku.testing._state.models import Account
from aioheroku.testing._state.state import State
from aioheroku.testing._state.table import Table

_MEDIA = re.compile(r"application/vnd\.heroku\+json\s*(?:;\s*version\s*=\s*(?P<version>[^;,\s]+))?\s*(?:;.*)?")
_READ = {"Oauth-Scope": "global", "Oauth-Scope-Accepted": "global read read-protected write write-protected"}
_WRITE = {"Oauth-Scope": "global", "Oauth-Scope-Accepted": "global write write-protected"}
_ALWAYS = {
    "Cache-Control": "private, no-cache",
    "Content-Type": "application/json",
    "RateLimit-Multiplier": "1",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}
_IDS = 7168  # longer chains have overflowed the 8 KiB that HTTP parsers give to a header
_WRITES = frozenset({"PATCH", "PUT", "DELETE"})


@define(eq=False)
class Service:
    """Responds to requests from a `State`: one synchronous method call per request, without sockets or waiting."""

    state: State
    router: Router
    ids: Random = field(factory=Random)
    retry_after: RetryForm | None = None

    def respond(self, request: RawRequest) -> tuple[Response, Route | None]:
        """The response, and the route that made it; None if no route matched."""
        self.state.scheduler.run(self.state.now())
        found = self.router.find(_method(request), request.path.partition("?")[0])
        route, params = found or (None, {})
        account: Account | None = None
        try:
            if request.problem is not None:
                raise request.problem
            account = self._account(request, route)
            self._charge(account, route)
            _check_version(request.headers.get("Accept"))
            route = _checked_route(account, route)
            response = self._run(RequestContext(request, self.state, account, params, route.schema), route)
        except ErrorResponse as error:
            response = Response(error.status, dump(error.body), self._retry_headers(error, account))
        return evolve(response, headers=self._add_headers(response, request, account)), route

    def route_of(self, request: RawRequest) -> Route | None:
        """The route that matches a request."""
        found = self.router.find(_method(request), request.path.partition("?")[0])
        return found[0] if found else None

    def account_of(self, request: RawRequest) -> Account | None:
        """The account whose token a request carries."""
        try:
            return self._account(request, self.route_of(request))
        except ErrorResponse:
            return None

    def common_headers(self, request: RawRequest) -> dict[str, str]:
        """The common headers, for a response made by a fault; no token is charged."""
        return self._add_headers(Response(200), request, self.account_of(request))

    def _retry_headers(self, error: ErrorResponse, account: Account | None) -> dict[str, str]:
        if error.status != 429 or self.retry_after is None or account is None:
            return {}
        wait = account.bucket.wait(self.state.clock())
        return {"Retry-After": retry_after(wait, self.retry_after, self.state.now())}

    def _account(self, request: RawRequest, route: Route | None) -> Account:
        given = request.headers.get("Authorization")
        token = token_of(given) if given is not None else None
        if token and (account := self.state.bearer(token)) is not None:
            return account
        if route is not None and (route.public if given is None else route.lenient):
            return self.state.anonymous
        raise unauthorized()

    def _charge(self, account: Account, route: Route | None) -> None:
        if (route is None or not route.free) and not account.bucket.take(self.state.clock()):
            raise rate_limited()

    def _run(self, context: RequestContext, route: Route) -> Response:
        headers = context.request.headers
        if "If-Match" in headers and route.method in _WRITES:
            self._check_match(context, headers["If-Match"])
        response = _render(context, route)
        wanted = headers.get("If-None-Match")
        if wanted and route.method == "GET" and response.status in {200, 206}:
            tag = response.headers.get("ETag", "")
            if wanted.strip() == "*" or tag in _tags(wanted):
                return Response(304, b"", response.headers)
        return response

    def _check_match(self, context: RequestContext, wanted: str) -> None:
        """412 unless a GET of the same path would respond with one of these ETags."""
        found = self.router.find("GET", context.request.path.partition("?")[0])
        if found is None or wanted.strip() == "*":
            return
        plain = RawRequest("GET", context.request.path, {})
        current = _render(RequestContext(plain, self.state, context.account, found[1]), found[0])
        if current.headers.get("ETag") not in _tags(wanted):
            raise ErrorResponse(412, "precondition_failed", "The resource has changed since you last received it.")

    def _add_headers(self, response: Response, request: RawRequest, account: Account | None) -> dict[str, str]:
        ids = [*_request_ids(request.headers.get("Request-Id", "")), uuid(self.ids)]
        date = http_date(self.state.stamp())
        headers = {**_ALWAYS, "Date": date, **response.headers, "Request-Id": ",".join(ids)}
        if account is not None:
            headers["RateLimit-Remaining"] = str(account.bucket.remaining(self.state.clock()))
        return headers


def _method(request: RawRequest) -> str:
    if request.method == "HEAD":
        return "GET"
    if request.method == "POST":
        return request.headers.get("X-Http-Method-Override", "POST").upper()
    return request.method


def _request_ids(sent: str) -> list[str]:
    """The ids of a `Request-Id` header, to be repeated before the platform's own if they are printable ASCII."""
    ids = [id for part in sent.split(",") if (id := part.strip()) and id.isascii() and id.isprintable()]
    return ids if len(",".join(ids)) <= _IDS else []


_NO_VERSION = (
    "Please specify a version along with Heroku's API MIME type. "
    "For example, `Accept: application/vnd.heroku+json; version=3`.\n"
)


@lru_cache(maxsize=1024)
def _version_problem(accept: str | None) -> tuple[int, dict[str, str]] | None:
    ranges = [part.strip() for part in (accept or "*/*").split(",")]
    medias = list(filter(None, map(_MEDIA.fullmatch, ranges)))
    versions = [match["version"] for match in medias if match["version"]]
    if "3" in (version.partition(".")[0] for version in versions):
        return None
    if not versions and (medias or any(map(_takes_json, ranges))):
        return 400, {"id": "missing_version", "error": _NO_VERSION}
    return 406, {"id": "not_acceptable", "message": "The requested version or content type is not supported."}


def _takes_json(range: str) -> bool:
    return range.partition(";")[0].strip() in {"*/*", "application/*", "application/json"}


def _check_version(accept: str | None) -> None:
    problem = _version_problem(accept)
    if problem:
        error = ErrorResponse(problem[0], problem[1]["id"], "")
        error.body = dict(problem[1])
        raise error


def _checked_route(account: Account, route: Route | None) -> Route:
    """The route; an error if there is none, and for a blocked account."""
    if account.blocked:
        raise ErrorResponse(*account.blocked, "There is a problem with your account.")
    if route is None:
        raise no_endpoint()
    return route


def _tags(header: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in header.split(",")]


def _render(context: RequestContext, route: Route) -> Response:
    """Run a handler and render its result."""
    result = route.handler(context)
    if isinstance(result, Response):
        return result
    status, headers = route.status, dict(route.headers)
    if not route.public:
        headers.update(_READ if route.method == "GET" else _WRITE)
    if isinstance(result, Table):
        wanted = RangeHeader.parse(context.request.headers.get("Range"), route.orders, route.old_orders)
        page = paginate(result, wanted, route.orders)
        result, status = page.rows, page.status
        headers.update(page.headers)
    if result is not None and (wide := route.widening.apply(context, result)):
        result, expanded = wide
        if expanded:
            headers.setdefault("Content-Expansion", ", ".join(expanded))
    body = b"" if result is None else dump(result)
    if route.etag:
        headers = {**_validators(body, context.modified or _changed(result)), **headers}
    return Response(status, body, headers)


def _validators(body: bytes, changed: str | None) -> dict[str, str]:
    """The headers that a conditional request is made with."""
    etag = {"ETag": f'"{blake2b(body, digest_size=16).hexdigest()}"'}
    return {**etag, "Last-Modified": http_date(changed)} if changed else etag


def _changed(result: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None) -> str | None:
    rows = [result] if isinstance(result, Mapping) else result or []
    return max((row["updated_at"] for row in rows if "updated_at" in row), default=None)
