"""From a request to its answer, in the order the real service decides."""

import re
from base64 import b64decode
from functools import lru_cache
from hashlib import blake2b
from random import Random
from typing import Any

from attrs import define, evolve, field

from .call import Asked, Call
from .dates import RetryForm, http_date, retry_after
from .ranges import Span, cut
from .replies import Refusal, Reply, dump, no_endpoint, rate_limited, unauthorized
from .routing import Route, Router
from .state import Account, State, uuid
from .table import Row, Table

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
    """Answers requests out of a state. No sockets, no waiting: one plain function call per request."""

    state: State
    router: Router
    ids: Random = field(factory=Random)
    retry_after: RetryForm | None = None

    def answer(self, asked: Asked) -> tuple[Reply, Route | None]:
        """The reply, and the route that gave it where there was one."""
        self.state.agenda.run(self.state.now())
        found = self.router.find(_method(asked), asked.path.partition("?")[0])
        route, params = found or (None, {})
        account: Account | None = None
        try:
            if asked.problem is not None:
                raise asked.problem
            account = self._account(asked, route)
            self._charge(account, route)
            _check_version(asked.headers.get("Accept"))
            route = _open(account, route)
            reply = self._run(Call(asked, self.state, account, params, route.takes), route)
        except Refusal as refusal:
            reply = Reply(refusal.status, dump(refusal.body), self._advice(refusal, account))
        return evolve(reply, headers=self._dress(reply, asked, account)), route

    def route_of(self, asked: Asked) -> Route | None:
        """The endpoint a request is for."""
        found = self.router.find(_method(asked), asked.path.partition("?")[0])
        return found[0] if found else None

    def account_of(self, asked: Asked) -> Account | None:
        """The account whose token a request carries."""
        try:
            return self._account(asked, self.route_of(asked))
        except Refusal:
            return None

    def envelope(self, asked: Asked) -> dict[str, str]:
        """The headers of an answer that somebody else gives in the platform's name; nothing is charged."""
        return self._dress(Reply(200), asked, self.account_of(asked))

    def _advice(self, refusal: Refusal, account: Account | None) -> dict[str, str]:
        if refusal.status != 429 or self.retry_after is None or account is None:
            return {}
        wait = account.bucket.wait(self.state.clock())
        return {"Retry-After": retry_after(wait, self.retry_after, self.state.now())}

    def _account(self, asked: Asked, route: Route | None) -> Account:
        given = asked.headers.get("Authorization")
        if given is None:
            if route is not None and route.public:
                return self.state.anonymous
            raise unauthorized()
        token = _token(given)
        account = self.state.bearer(token) if token else None
        if account is not None:
            return account
        if route is not None and route.lenient:
            return self.state.anonymous
        raise unauthorized()

    def _charge(self, account: Account, route: Route | None) -> None:
        if (route is None or not route.free) and not account.bucket.take(self.state.clock()):
            raise rate_limited()

    def _run(self, call: Call, route: Route) -> Reply:
        headers = call.asked.headers
        if "If-Match" in headers and route.method in _WRITES:
            self._check_match(call, headers["If-Match"])
        reply = _show(call, route)
        wanted = headers.get("If-None-Match")
        if wanted and route.method == "GET" and reply.status in {200, 206}:
            tag = reply.headers.get("ETag", "")
            if wanted.strip() == "*" or tag in _tags(wanted):
                return Reply(304, b"", reply.headers)
        return reply

    def _check_match(self, call: Call, wanted: str) -> None:
        """412 unless the object, as a GET of the same path would show it, has one of these tags."""
        found = self.router.find("GET", call.asked.path.partition("?")[0])
        if found is None or wanted.strip() == "*":
            return
        plain = Asked("GET", call.asked.path, {})
        current = _show(Call(plain, self.state, call.account, found[1]), found[0])
        if current.headers.get("ETag") not in _tags(wanted):
            raise Refusal(412, "precondition_failed", "The resource has changed since you last received it.")

    def _dress(self, reply: Reply, asked: Asked, account: Account | None) -> dict[str, str]:
        ids = [*_request_ids(asked.headers.get("Request-Id", "")), uuid(self.ids)]
        headers = {**_ALWAYS, **reply.headers, "Request-Id": ",".join(ids)}
        if account is not None:
            headers["RateLimit-Remaining"] = str(account.bucket.remaining(self.state.clock()))
        return headers


def _method(asked: Asked) -> str:
    if asked.method == "HEAD":
        return "GET"
    if asked.method == "POST":
        return asked.headers.get("X-Http-Method-Override", "POST").upper()
    return asked.method


def _request_ids(sent: str) -> list[str]:
    """The ids of a `Request-Id` header, to be repeated before the platform's own if they are printable ASCII."""
    ids = [id for part in sent.split(",") if (id := part.strip()) and id.isascii() and id.isprintable()]
    return ids if len(",".join(ids)) <= _IDS else []


@lru_cache(maxsize=1024)
def _token(header: str) -> str | None:
    scheme, _, value = header.partition(" ")
    match scheme.lower():
        case "bearer":
            return value.strip()
        case "basic":
            try:
                return b64decode(value, validate=True).decode().partition(":")[2]
            except ValueError:
                return None
        case _:
            return None


@lru_cache(maxsize=1024)
def _version_problem(accept: str | None) -> tuple[int, dict[str, str]] | None:
    ranges = [part.strip() for part in (accept or "*/*").split(",")]
    medias = [match for part in ranges if (match := _MEDIA.fullmatch(part))]
    versions = [match["version"] for match in medias if match["version"]]
    if any(version == "3" or version.startswith("3.") for version in versions):
        return None
    loose = any(part.partition(";")[0].strip() in {"*/*", "application/*", "application/json"} for part in ranges)
    if not versions and (medias or loose):
        text = (
            "Please specify a version along with Heroku's API MIME type. "
            "For example, `Accept: application/vnd.heroku+json; version=3`.\n"
        )
        return 400, {"id": "missing_version", "error": text}
    text = "The requested version or content type is not supported."
    return 406, {"id": "not_acceptable", "message": text}


def _check_version(accept: str | None) -> None:
    problem = _version_problem(accept)
    if problem:
        refusal = Refusal(problem[0], problem[1]["id"], "")
        refusal.body = dict(problem[1])
        raise refusal


def _open(account: Account, route: Route | None) -> Route:
    """The route, if there is one and the account may use it."""
    if account.refusal:
        raise Refusal(*account.refusal, "There is a problem with your account.")
    if route is None:
        raise no_endpoint()
    return route


def _tags(header: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in header.split(",")]


def _show(call: Call, route: Route) -> Reply:
    """Run a handler and write down what it gave."""
    answer = route.handler(call)
    if isinstance(answer, Reply):
        return answer
    status, headers = route.status, dict(route.headers)
    if not route.public:
        headers.update(_READ if route.method == "GET" else _WRITE)
    if isinstance(answer, Table):
        page = cut(answer, Span.parse(call.asked.headers.get("Range"), route.orders), route.orders)
        answer, status = page.rows, page.status
        headers.update(page.headers)
    body = b"" if answer is None else dump(answer)
    if route.etag:
        headers["ETag"] = f'"{blake2b(body, digest_size=16).hexdigest()}"'
        changed = call.modified or _changed(answer)
        if changed:
            headers.setdefault("Last-Modified", http_date(changed))
    return Reply(status, body, headers)


def _changed(answer: Row | list[Row] | None) -> str | None:
    rows: list[dict[str, Any]] = answer if isinstance(answer, list) else [answer or {}]
    return max((row["updated_at"] for row in rows if "updated_at" in row), default=None)
