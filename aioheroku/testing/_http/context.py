"""The request as received, and the context that handlers get."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import parse_qsl

from attrs import define, evolve, field, frozen

from aioheroku.testing._dates import stamp
from aioheroku.testing._errors import ErrorResponse, found
from aioheroku.testing._http import body_schema
from aioheroku.testing._http.response import parse_json
from aioheroku.testing._state.models import Account, App, AppParts
from aioheroku.testing._state.refs import Dated
from aioheroku.testing._state.state import State
from aioheroku.testing._state.table import R, Row, Table
from aioheroku.testing._state.webhooks import VERSION


@lru_cache(maxsize=1024)
def token_of(header: str) -> str | None:
    """The token in an `Authorization` header: a bearer's, or the password of Basic."""
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


@frozen
class RawRequest:
    """A request as received: method, raw path with its query, headers, body."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    problem: ErrorResponse | None = None  # why it is refused, whatever its path


@define(slots=False, eq=False)
class RequestContext:
    """Context handed to a handler: the matched route, account, parameters and helpers."""

    request: RawRequest
    state: State
    account: Account
    params: Mapping[str, str]
    schema: body_schema.BodySchema = field(factory=body_schema.BodySchema)  # the parameters of its endpoint
    at: float | None = None  # the time at which it is executed, if not now
    modified: str | None = None  # for Last-Modified, if the rows do not have it

    @cached_property
    def now(self) -> str:
        """The moment of the request."""
        return stamp(self.moment)

    @property
    def moment(self) -> float:
        """The same in seconds since 1970."""
        return self.state.now() if self.at is None else self.at

    @cached_property
    def app(self) -> App:
        """The app the path names; 404 if there is none, or if the account may not see it."""
        return self.state.app(self.account, self.params["app"])

    @property
    def parts(self) -> AppParts:
        """Everything below that app."""
        return self.app.parts

    def find(self, table: Table[R], param: str, resource: str) -> R:
        """The row the path names; 404 with this resource if there is none."""
        return found(table.find(self.params[param]), resource)

    @cached_property
    def body(self) -> Any:
        """The JSON body, None if there is none; 400 if it is not JSON."""
        return parse_json(self.request.body) if self.request.body else None

    @cached_property
    def query(self) -> dict[str, str]:
        """The query by name; `eq[name]` is a name like any other."""
        return dict(parse_qsl(self.request.path.partition("?")[2], keep_blank_values=True))

    @property
    def is_sdk(self) -> bool:
        """Whether the variant `3.sdk` is requested, which shows some attributes differently."""
        return "version=3.sdk" in self.request.headers.get("Accept", "").replace(" ", "")

    @property
    def host(self) -> str:
        """Host and port of the platform, as the client spells them."""
        return self.request.headers.get("Host", "localhost")

    @property
    def token(self) -> str | None:
        """The token of the request."""
        return token_of(self.request.headers.get("Authorization", ""))

    def parameters(self) -> Row:
        """The parameters of the body (of a GET: the query) by name, checked for presence and JSON type (422)."""
        given = self.query if self.request.method in {"GET", "HEAD"} else self.body
        return body_schema.parameters(given, self.schema)

    def call_later(self, seconds: float, action: Callable[["RequestContext"], None]) -> None:
        """Call the action when this much of the platform's time has passed, with a context of that moment."""
        due = self.moment + seconds
        self.state.scheduler.add(due, lambda: action(evolve(self, at=due)))

    def log(self, app: App, text: str, source: str = "app", process: str = "api") -> None:
        """Write a line of the app's log, unless it was deleted; without more it is one of the API's."""
        if app.row["id"] not in self.state.apps:
            return
        moment, source = self.now.replace("Z", ".000000+00:00"), app.source(source, process)
        self.state.streams.log(app.row["id"], moment, source, process, text)

    def changed(
        self, resource: str, action: str, app: App, row: Mapping[str, Any], before: Mapping[str, Any] | None = None
    ) -> None:
        """Notify the webhooks that are concerned: `context.changed("release", "create", app, row)`.

        *before* holds the attributes that changed, with their former values.
        """
        webhooks = self.state.webhooks
        owners = [owner for owner in self.state.owners_of(app, row["id"]) if owner in webhooks.owners]
        if not owners:
            return
        whose = {} if resource == "app" else {"app": app.ref}
        webhooks.publish(
            owners,
            f"api:{resource}",
            {
                "action": action,
                "actor": {"email": self.account.ref["email"], "id": self.account.ref["id"]},
                "data": deepcopy({**whose, **row}),
                "previous_data": deepcopy(dict(before or {})),
                "resource": resource,
                "version": VERSION,
            },
            self.dated,
            self.moment,
        )

    def dated(self) -> Dated:
        """The common attributes of a new row: an id, and both dates."""
        return {"created_at": self.now, "id": self.state.uuid(), "updated_at": self.now}
