"""The tree of errors: every class travels, says what to do, and holds no more than it may."""

import copy
import inspect
import pickle
import traceback
from typing import Any

import pytest

from aioheroku import errors
from aioheroku.errors import APIError, HerokuError, HerokuWarning

CLASSES = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, HerokuError) and kind.__module__ == errors.__name__
]
FIELDS: dict[str, tuple[Any, ...]] = {
    "InvalidRequest": ("is wrong.", "name"),
    "RateLimitWait": (7.5,),
    "ReadOnlyError": ("POST", "/apps"),
    "SessionClosed": (True,),
    "DecodeError": ("App.owner.email", "expected a string, got null", 200, "GET", "/apps/{app}", "r-1"),
    "PagingError": ("it repeats.", "id ..; max=5", "GET", "/apps", "r-1"),
}
ANSWER = (
    404,
    "not_found",
    "Gone.",
    "https://h/x",
    "app",
    "r-1,r-2",
    "GET",
    "/apps/{app}",
    {"limit": [1]},
    7,
    "hint",
    2,
)
SENT = ("It broke.", "GET", "/apps", True)


def make(kind: type[HerokuError]) -> HerokuError:
    if issubclass(kind, APIError):
        return kind(*ANSWER)
    if issubclass(kind, errors.ConnectionFailed):
        return kind(*SENT)
    return kind(*FIELDS.get(kind.__name__, ()))


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("travel", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])  # noqa: S301
def test_every_error_travels(kind: type[HerokuError], travel: Any) -> None:
    """Pickled or copied, it is the same: class, fields and text, and what was set later too."""
    error = make(kind)
    error.add_note("a note")
    if isinstance(error, APIError):
        error.hint = "another hint"
    again = travel(error)
    assert type(again) is kind
    assert (str(again), vars(again)) == (str(error), vars(error))


def test_every_class_is_exported_and_drawn() -> None:
    """Names of the tree are in `__all__`, and in the drawing that opens the module."""
    assert {kind.__name__ for kind in CLASSES} | {"HerokuWarning"} == set(errors.__all__)
    for kind in CLASSES:
        assert kind.__name__ in (errors.__doc__ or "")
    assert issubclass(HerokuWarning, UserWarning)


STATUSES = [
    (400, None, errors.BadRequest),
    (400, "missing_version", errors.BadRequest),
    (400, "confirmation_required", errors.ConfirmationRequired),
    (401, "unauthorized", errors.Unauthorized),
    (401, "invalid_two_factor_code", errors.Unauthorized),
    (402, "delinquent", errors.Delinquent),
    (403, "forbidden", errors.Forbidden),
    (403, "suspended", errors.Suspended),
    (403, "two_factor", errors.TwoFactorRequired),
    (404, "not_found", errors.NotFound),
    (406, "not_acceptable", errors.NotAcceptable),
    (409, "conflict", errors.Conflict),
    (410, "gone", errors.Gone),
    (412, None, errors.PreconditionFailed),
    (412, "two_factor", errors.TwoFactorRequired),
    (416, "requested_range_not_satisfiable", errors.RangeNotSatisfiable),
    (422, "invalid_params", errors.InvalidParams),
    (422, "verification_needed", errors.VerificationNeeded),
    (422, "verification_required", errors.VerificationNeeded),
    (423, "confirmation_required", errors.ConfirmationRequired),
    (429, "rate_limit", errors.RateLimited),
    (500, None, errors.InternalServerError),
    (503, "unavailable", errors.ServiceUnavailable),
    (502, None, errors.ServerError),
    (599, "what", errors.ServerError),
    (418, "teapot", errors.APIError),
    (302, None, errors.APIError),
]


@pytest.mark.parametrize(("status", "id_", "kind"), STATUSES)
def test_the_status_decides_then_the_id(status: int, id_: str | None, kind: type[APIError]) -> None:
    """Each status has its class, some ids refine it, and what nobody knows yet is the class above."""
    body = b'{"id": "%s", "message": "m"}' % id_.encode() if id_ else b""
    error = APIError.from_answer(status, {}, body, method="GET", path="/apps")
    assert type(error) is kind


def test_an_error_says_all_that_is_known() -> None:
    """Verb, template, status, id, message, resource, request ids, url, and what to do."""
    body = b'{"id":"not_found","message":"No\\n such app.\\n","resource":"app","url":"https://h","limit":3}'
    error = APIError.from_answer(
        404,
        {"Request-Id": "r-1,r-2", "RateLimit-Remaining": "7"},
        body,
        method="DELETE",
        path="/apps/{app}",
        unsettled=1,
    )
    assert str(error) == (
        "DELETE /apps/{app}: 404 not_found: No such app. (resource app, request r-1,r-2, see https://h) "
        "Check the name or id: what the account may not see is not found either. "
        "An earlier attempt got no answer and may have been executed: look before you repeat the call."
    )
    assert (error.extra, error.remaining, error.resource, error.unsettled) == ({"limit": 3}, 7, "app", 1)


def test_hints_come_from_the_headers() -> None:
    """Scopes of a 403, the app to confirm, and the second factor of a 412 that answers no If-Match."""

    def text(status: int, headers: dict[str, str], **options: Any) -> str:
        return str(APIError.from_answer(status, headers, b"", method="POST", path="/x", **options))

    scopes = {"Oauth-Scope": "read", "Oauth-Scope-Accepted": "global write"}
    assert "The token's scope is 'read'; 'global write' would do." in text(403, scopes)
    assert "confirm=... and the app's name. The app's name is 'example'." in text(
        423, {"X-Confirmation-Required": "example"}
    )
    assert "second factor" in text(412, {}, conditional=False)
    assert "new ETag" in text(412, {})
    assert "two_factor=" in text(403, {"Heroku-Two-Factor-Required": "true"})
    assert "two_factor=" in text(412, {"Heroku-Two-Factor-Required": "true"})


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if kind is not HerokuError])
def test_every_text_can_be_printed_and_says_something(kind: type[HerokuError]) -> None:
    """No text is empty or holds a raw line feed, and each of its classes says in one sentence what happened."""
    text = str(make(kind))
    assert text or kind is errors.NotSent
    assert text.isprintable()
    assert (inspect.getdoc(kind) or "").strip()


ADVICE = {
    "InvalidRequest": "is wrong.",
    "RateLimitWait": "wait and try again",
    "ReadOnlyError": "Write without read_only=True",
    "SessionClosed": "It may have been executed",
    "DecodeError": "`heroku.capture()` keeps answers as they are",
    "PagingError": "Go on from pages.cursor",
}


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if kind not in (HerokuError, errors.NotSent)])
def test_every_error_says_what_to_do(kind: type[HerokuError]) -> None:
    """Each class ends in advice of its own; what it inherits is that of a status nobody knows."""
    text = str(make(kind))
    if issubclass(kind, APIError):
        assert kind.remedy in text
        assert kind in (APIError, errors.InternalServerError, errors.ServiceUnavailable) or "remedy" in vars(kind)
    elif issubclass(kind, errors.ConnectionFailed):
        assert "look before you repeat it" in text
        assert "safe to repeat" in str(kind("It broke.", "GET", "/apps", False))
    else:
        assert ADVICE[kind.__name__] in text


def test_a_hostile_message_drives_no_terminal_and_fails_no_log() -> None:
    """Escape sequences, surrogates and line feeds of an answer come out as text that anything can write."""
    body = rb'{"message": "a\u001b[2Jb\ud800c\nd\u202e"}'
    error = APIError.from_answer(404, {"Request-Id": "r\udc80"}, body, method="GET", path="/apps")
    text = "".join(traceback.format_exception(error))
    text.encode("utf-8")
    assert "\x1b" not in text
    assert str(error).isprintable()


def test_an_error_that_is_caught_by_what_it_means() -> None:
    """What can be concluded is what can be caught."""
    assert issubclass(errors.InvalidRequest, ValueError)
    kind: type[HerokuError]
    for kind in (errors.RateLimitWait, errors.ReadOnlyError, errors.SessionClosed, errors.InvalidRequest):
        assert issubclass(kind, errors.NotSent)
    for kind in (errors.ConnectError, errors.ConnectTimeout, errors.ReadTimeout, errors.ConnectionLost):
        assert issubclass(kind, errors.ConnectionFailed)
    assert not issubclass(errors.ReadTimeout, TimeoutError)
