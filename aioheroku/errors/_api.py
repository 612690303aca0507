"""APIError and how it is made from a response; its subclasses by status and id are in `_statuses.py`."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Final

from attrs import define, field, fields_dict

from aioheroku.errors._base import READS, HerokuError, bounded, quoted, shown, whole_number

_NOT_JSON: Final = "The body is not the API's JSON: a proxy or router on the way may have sent it. Check base_url."
_EXECUTED: Final = "It may have been executed: check before you retry."
_USABLE: Final = " that name a usable address, ten at most"
_EXECUTED_BEFORE: Final = "An earlier attempt may have been executed: check before you retry."


@define(slots=False)
class APIError(HerokuError):
    """A response with an error status.

    `path` is the template of the endpoint (`/apps/{app}`), `request_id` the raw header with all ids, `extra` every
    further key of the body, `body` the body as it arrived, `remaining` the tokens left in the account's pool,
    `credentials` the kind that was used. The request was not executed, unless the status is 5xx.
    `uncertain` counts the earlier attempts that the platform may have executed all the same: a `DELETE` that was cut
    off and retried gets a 404 if the first one worked.
    See <https://devcenter.heroku.com/articles/platform-api-reference#error-responses>.
    """

    remedy: ClassVar[str] = "Look the status up: https://devcenter.heroku.com/articles/platform-api-reference#statuses."

    status: int
    id: str | None = field(default=None, repr=shown)
    message: str = field(default="", repr=shown)
    url: str | None = field(default=None, repr=shown)
    resource: str | None = field(default=None, repr=shown)
    request_id: str | None = field(default=None, repr=shown)
    method: str = field(default="", repr=shown)
    path: str = field(default="", repr=shown)
    extra: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)
    remaining: int | None = None
    hint: str = field(default="", repr=False)
    """Advice that is derived from the headers."""
    uncertain: int = 0
    body: bytes = field(default=b"", repr=False)
    credentials: str | None = field(default=None, repr=shown)
    conditional: bool = field(default=True, repr=False)
    """Whether the request had an If-Match header."""
    operation: str = field(default="", repr=False)
    """The method that made the request, such as `organizations.list`; empty if none did."""
    reads: bool = field(default=False, repr=False)
    """Whether the request changes nothing although its method is not GET."""

    _by_status: ClassVar[dict[tuple[int, str | None], "type[APIError]"]] = {}

    def __init_subclass__(cls, *, status: int | None = None, ids: Collection[tuple[int, str]] = ()) -> None:
        """Register the class for a status (5 stands for every 5xx), and for pairs of a status and an error id."""
        keys = [*ids, (status, None)] if status is not None else ids
        APIError._by_status.update(dict.fromkeys(keys, cls))

    def _summary(self) -> str:
        from aioheroku.errors._body import reasons  # noqa: PLC0415 - half a dozen patterns, for those that get an error

        words = [quoted(f"{self.method} {self.path}:"), str(self.status)]
        if self.id:
            words.append(quoted(self.id, 100))
        text = " ".join(words)
        if self.message:
            text += f": {quoted(self.message)}"
        details = reasons(self.extra)
        for name, value in (("resource", self.resource), ("request", self.request_id), ("see", self.url)):
            if value:
                details.append(f"{name} {quoted(value, 200)}")
        return f"{text} ({bounded('; '.join(details), 1000)})" if details else text

    def _advice(self) -> str:
        from aioheroku.errors._body import is_json  # noqa: PLC0415 - as above

        page = self.body.strip() and not is_json(self.body) and 400 <= self.status < 500
        remedy = _NOT_JSON if page and self.status not in (401, 429) else self._remedy()
        return " ".join(filter(None, (remedy, quoted(self.hint), self._outcome(), self._successor())))

    def _outcome(self) -> str:
        """What is known of a write: whether it may have been executed."""
        if self.method in READS or self.reads:
            return ""
        if self._executed():
            return _EXECUTED
        return _EXECUTED_BEFORE if self.uncertain else ""

    def _successor(self) -> str:
        """What replaces the endpoint, if today's API lacks it."""
        return ""

    def _remedy(self) -> str:
        return self.remedy

    def _executed(self) -> bool:
        """Whether the request may have been executed although this is its response."""
        return self.status >= 500

    @classmethod
    def from_response(
        cls,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        *,
        method: str,
        path: str,
        conditional: bool = True,
        uncertain: int = 0,
        seconds: float | None = None,
        credentials: str | None = None,
        operation: str = "",
        reads: bool = False,
    ) -> "APIError":
        """The error for a response.

        Args:
            status: of the response.
            headers: of the response.
            body: of the response.
            method: of the request.
            path: its template.
            conditional: whether the request had an If-Match header, to which a 412 refers.
            uncertain: earlier attempts that may have been executed.
            seconds: after which the Retry-After header allows a retry.
            credentials: the kind that the request was made with.
            operation: the method that made the request.
            reads: whether the request changes nothing although its method is not GET.
        """
        from aioheroku.errors._body import fields_of, text_of  # noqa: PLC0415 - as above

        fields = fields_of(body)
        message = text_of(fields.pop("message", None))
        id_ = _string(fields.pop("id", None))
        if not message and "error_description" in fields:  # the form of OAuth errors
            message, id_ = text_of(fields.pop("error_description")), id_ or _string(fields.pop("error", None))
        message = message or text_of(fields.pop("error", None))
        if status in (403, 412) and "Heroku-Two-Factor-Required" in headers:
            id_ = "two_factor"
        keys = ((status, id_), (status, None), (status // 100, None))
        kind = next((cls._by_status[key] for key in keys if key in cls._by_status), cls)
        values: list[Any] = [
            status,
            id_,
            message.strip(),
            _string(fields.pop("url", None)),
            _string(fields.pop("resource", None)),
            headers.get("Request-Id"),
            method,
            path,
            fields,
            whole_number(headers.get("RateLimit-Remaining")),
            _hint(status, headers, method),
            uncertain,
            body,
            credentials,
            conditional,
            operation,
            reads,
        ]
        if "seconds" in fields_dict(kind):
            values.append(seconds)
        return kind(*values)


def _hint(status: int, headers: Mapping[str, str], method: str) -> str:
    """Advice that is derived from the headers."""
    if app := headers.get("X-Confirmation-Required"):
        return f"The app's name is {app!r}."
    if status == 403 and (accepted := headers.get("Oauth-Scope-Accepted")):
        return f"The token's scope is {headers.get('Oauth-Scope', 'unknown')!r}; this call needs one of {accepted!r}."
    if status == 416 and (orders := headers.get("Accept-Ranges")):
        return f"This list can be sorted by {orders}."
    if status == 304 or not 300 <= status < 400:
        return ""
    return f"{'A' if method in READS else 'Only a'} GET follows redirects{_USABLE * (method in READS)}."


def _string(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
