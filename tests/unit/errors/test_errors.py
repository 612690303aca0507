"""The tree of errors: every class travels, says what is known and what to do, and holds no more than it may."""

import copy
import importlib
import inspect
import json
import pickle
import re
import runpy
import traceback
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from aioheroku import Credentials, Heroku, Journal, Range, StreamTimes, Timeout, errors, resources
from aioheroku._client.attributes import RESOURCES
from aioheroku._streams.wait import Wait
from aioheroku.errors import APIError, HerokuError, HerokuWarning
from tests._support.fakes import Serve
from tests._support.secrets import raises
from tests._support.tables import every

DOCS = Path(__file__).parent.parent.parent.parent / "docs"
PAGE = DOCS / "guides" / "errors.md"
MADE = runpy.run_path(str(DOCS / "_ext" / "error_table.py"))
TABLE: list[tuple[str, HerokuError]] = MADE["TABLE"]
answered: Callable[..., APIError] = MADE["answered"]
body: Callable[..., dict[str, Any]] = MADE["body"]
EXPORTED: list[type[Any]] = [getattr(errors, name) for name in errors.__all__]
CLASSES = [kind for kind in EXPORTED if issubclass(kind, HerokuError)]
BASES = (HerokuError, errors.NotSent, errors.RateLimitExceeded, errors.StreamError)
FIELDS: dict[type[HerokuError], tuple[Any, ...]] = {
    errors.InvalidRequest: ("is wrong.", "name"),
    errors.RateLimitWait: (7.5,),
    errors.ReadOnlyError: ("POST", "/apps"),
    errors.DryRun: ("POST", "/apps", {"name": "example"}),
    errors.JournalMismatch: ("rotate.jsonl", "it is not a journal"),
    errors.OutcomeUnknown: ("it was interrupted during POST /apps",),
    errors.FailedEarlier: ("NotFound: GET /apps/{app}",),
    errors.SessionClosed: (True, "POST", "/apps"),
    errors.DecodeError: ("App.owner.email", "expected a string, got null", 200, "PATCH", "/apps/{app}", "r-1"),
    errors.InvalidDelivery: ("data", "missing"),
    errors.MissingSignature: ("Heroku-Webhook-Hmac-SHA256",),
    errors.StreamRefused: (403, "no."),
    errors.StreamLost: (10, 5, "ConnectionLost"),
    errors.OutputChanged: (10,),
    errors.ConnectBlocked: ("rendezvous.example.com", 5000, "refused"),
    errors.StartTimeout: (120.0, "run.1"),
    errors.RunUnsupported: ("https",),
    errors.ExitUnknown: (b"output", "run.1"),
    errors.ProcessFailed: (7, "output", "run.1"),
    errors.TransferFailed: (403, "AccessDenied", 5),
    errors.SourceChanged: ("app.py",),
    errors.ChecksumMismatch: ("SHA256:a", "SHA256:b"),
    errors.BuildFailed: ("build", ("one", "two")),
    errors.ReleaseFailed: ("release", ("one", "two")),
    errors.WaitFailed: ("last",),
    errors.WaitTimeout: ("last", 600.0),
    errors.PagingError: ("it repeats.", "id ..; max=5", "GET", "/apps", "r-1"),
}
RESPONSE = (
    *(404, "not_found", "Gone.", "https://h/x", "app", "r-1,r-2", "GET", "/apps/{app}", {"limit": [1]}, 7, "hint", 2),
    *(b"{}", "bearer", False),
)
SENT = ("It broke.", "GET", "/apps", True, False)


def make(kind: type[HerokuError]) -> HerokuError:
    if issubclass(kind, APIError):
        return kind(*RESPONSE)
    return kind(*SENT) if issubclass(kind, errors.ConnectionFailed) else kind(*FIELDS.get(kind, ()))


def test_every_class_is_exported() -> None:
    """Whatever the package can raise, users can import from `aioheroku.errors`."""
    found, waiting = set[str](), [HerokuError]
    while waiting:
        kinds = [kind for kind in waiting.pop().__subclasses__() if kind.__module__.startswith("aioheroku.")]
        found |= {kind.__name__ for kind in kinds}
        waiting += kinds
    assert found - set(errors.__all__) == set(), "edit __all__ and the tree in aioheroku/errors/__init__.py"


def test_the_page_has_every_error_as_it_is() -> None:
    """The table of docs/guides/errors.md is what the code says, for every class: see `docs/_ext/error_table.py`."""
    text = PAGE.read_text()
    written = text.partition(MADE["BEGIN"])[2].partition(MADE["END"])[0]
    assert written == MADE["table"](), "run `python docs/_ext/error_table.py`, which writes docs/guides/errors.md"
    bases = {*BASES, errors.WebhookRejected, errors.ConnectionFailed, errors.ServerError, errors.InternalServerError}
    assert set(CLASSES) - bases <= {type(error) for _, error in TABLE}, "add an example to docs/_ext/error_table.py"


def test_the_page_quotes_the_code() -> None:
    """What a row says of a failure on this side stands in the package: no text of the page is made up."""
    source = "".join(file.read_text() for file in Path(errors.__file__).parent.parent.rglob("*.py"))
    ours = (errors.ConnectionFailed, errors.DecodeError, errors.PagingError)
    told = [getattr(error, "reason", getattr(error, "message", "")) for _, error in TABLE if isinstance(error, ours)]
    assert len(told) >= 9
    parts = [part for text in told for part in re.split(r"\d+", text.rpartition("]")[2])]  # before it: aiohttp's words
    assert [part for part in parts if part not in source] == []


def test_the_page_draws_the_tree() -> None:
    """The page has the tree of the module's docstring, which holds every class below its base."""
    drawn: str = MADE["tree"]()
    shown = PAGE.read_text().partition("```text\n")[2].partition("```")[0]
    assert shown == drawn, "run `python docs/_ext/error_table.py`, which writes docs/guides/errors.md"
    above: dict[int, Any] = {}
    found: set[Any] = set()
    for line in drawn.splitlines():
        names = [
            match for match in re.finditer(r"\b[A-Z]\w+", re.sub(r"\(.*?\)", "", line)) if match[0] in errors.__all__
        ]
        kinds = [getattr(errors, match[0]) for match in names]
        depth = names[0].start() // 4
        above[depth] = kinds[0]
        for match, kind in zip(names, kinds, strict=True):
            branch = "── " in line[names[0].end() : match.start()]
            assert issubclass(kind, kinds[names.index(match) - 1].__mro__[1] if branch else above.get(depth - 1, kind))
        found |= set(kinds)
    assert found == set(CLASSES), "edit the tree in aioheroku/errors/__init__.py"


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


def test_errors_live_where_they_are_imported_from() -> None:
    """A traceback names `aioheroku.errors.NotFound`, not the module of the package that defines it."""
    assert {kind.__module__ for kind in EXPORTED} == {"aioheroku.errors"}
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
    (304, None, errors.NotModified),
]


@pytest.mark.parametrize(("status", "id_", "kind"), STATUSES)
def test_the_status_decides_then_the_id(status: int, id_: str | None, kind: type[APIError]) -> None:
    """Each status has its class, some ids refine it, and what nobody knows yet is the class above."""
    assert type(answered(status, body(id_, "m") if id_ else b"")) is kind


def test_an_error_says_all_that_is_known() -> None:
    """Verb, template, status, id, message, further reasons, resource, request ids, url, and what to do."""
    error = answered(
        404,
        body("not_found", "No\n such app.\n", resource="app", url="https://h", limit=3),
        {"Request-Id": "r-1,r-2", "RateLimit-Remaining": "7"},
        method="DELETE",
        uncertain=1,
    )
    assert str(error) == (
        "DELETE /apps/{app}: 404 not_found: No such app. "
        "(limit: 3; resource app; request r-1,r-2; see https://h) "
        "Check the name or id, and that the account may see the object. "
        "An earlier attempt may have been executed: check before you retry."
    )
    assert (error.extra, error.remaining, error.resource, error.uncertain) == ({"limit": 3}, 7, "app", 1)


REASONS: list[tuple[Any, str]] = [
    ({"message": "m", "manifest_errors": ["A is required", "B is required"]}, "manifest_errors: A is required, B"),
    ({"message": "m", "limit": 100}, "limit: 100"),
    ({"message": "m", "limit": 5, "size": "eco"}, "limit: 5; size: eco"),
    ({"why": "It is full.", "suggestions": ["a", "b"]}, "why: It is full.; suggestions: a, b"),
    ({"message": "m", "errors": [{"title": "Bad", "detail": "too long"}]}, "errors: title: Bad, detail: too long"),
    ({"message": "m", "errors": {"name": ["is taken"]}}, "errors: name: is taken"),
    ({"message": ["one", "two"]}, "422: one, two"),
    ({"message": {"name": ["is taken"]}}, "422: name: is taken"),
    ({"error": "invalid_grant", "error_description": "The code has expired."}, "invalid_grant: The code has expired."),
    ({"error": {"code": 7, "message": "nested"}}, "code: 7, message: nested"),
    ({"message": "m", "details": {"constraint": {"maximum": 5}}}, "details: constraint: maximum: 5"),
    ({"message": "m", "failure_reason": "No space."}, "failure_reason: No space."),
    ({"message": "m", "whatever": [1]}, "error.extra has whatever"),
    ({"message": 5}, "422: 5"),
    (["one", "two"], "422: one, two"),
    ("text", "422: text"),
]


@pytest.mark.parametrize(("raw", "text"), REASONS, ids=lambda value: json.dumps(value)[:30])
def test_a_reason_shows_wherever_it_stands(raw: Any, text: str) -> None:
    """Lists, mappings and other keys than `message` say why; a key that nobody knows is named at least."""
    assert text in str(answered(422, raw))


@pytest.mark.parametrize(
    "raw",
    [
        {"message": "m", "config": {"A": "s3cr3t"}},
        {"message": "m", "token": "s3cr3t"},
        {"message": "m", "errors": [{"field": "A", "value": "s3cr3t"}]},
        {"message": "m", "errors": {"password": "s3cr3t"}},
        {"message": "m", "invalid_token": "s3cr3t"},
        {"message": "m", "error_details": {"env": {"A": "s3cr3t"}, "authorization": "s3cr3t"}},
        {"message": "m", "app": {"database_url": "postgres://u:s3cr3t@h/d"}},
        {"message": "cannot reach postgres://u:s3cr3t@host/db"},
        {"message": "bad url https://bucket.example.com/x?Signature=s3cr3t&Expires=1"},
        {"message": "refused: Authorization: Bearer s3cr3t"},
        {"message": "refused: HRKU-s3cr3t-more"},
    ],
    ids=lambda value: json.dumps(value)[15:45],
)
def test_no_key_gives_a_secret_away(raw: Any) -> None:
    """What may be a secret, or what the caller sent, is in neither text nor repr; `extra` and `message` keep it."""
    error = answered(422, raw)
    assert "s3cr3t" not in str(error) + repr(error)
    assert "s3cr3t" in json.dumps([error.message, error.extra])


PAGES = [
    (
        b"<!DOCTYPE html><html><head><title>Bad &amp; Gateway</title>" + b"x" * 5000,
        "an HTML page of 5 kB: Bad & Gateway",
    ),
    (b"\n<html><body>" + b"x" * 100, "an HTML page of 1"),
    (b'<?xml version="1.0"?><Error><Message>Denied</Message></Error>', "an XML document of 61 bytes: Denied"),
    (b'Traceback (most recent call last):\n  File "/app/secret.py"\nKeyError: 1', "a stack trace of "),
    (b"java.lang.NullPointerException\n\tat com.example.Secret.run(Secret.java:5)\n", "a stack trace of "),
    (b"Error: x\n    at run (/app/secret.js:1:2)\n", "a stack trace of "),
    (b"secret.rb:5:in `run': boom (RuntimeError)\n", "a stack trace of "),
    (bytes(range(128, 256)) * 20, "3 kB that are not text"),
    (b"thread 'main' panicked at src/secret.rs:1:2:\nboom", "a stack trace of "),
    (b"<!-- secret --><html><title>Down</title></html>", "an HTML page of 47 bytes: Down"),
    (b"<?xml version='1.0'?>\n<!-- a --> <!-- b -->\n<!DOCTYPE html><p>", "an HTML page of "),
    (b"<!-- secret --><Error><Message>No</Message></Error>", "an XML document of 51 bytes: No"),
    (b"upstream connect error", "upstream connect error"),
    (b"word " * 1000, "word word"),
    (b"", ""),
]


@pytest.mark.parametrize(("raw", "text"), PAGES, ids=lambda value: str(value)[:25])
def test_html_page_is_described_by_title(raw: bytes, text: str) -> None:
    """HTML, XML, a stack trace or bytes are not pasted into the text; `body` has them, and the repr does not."""
    error = answered(500, raw)
    assert error.message.startswith(text)
    assert len(str(error)) < 400
    assert "secret" not in str(error)
    assert error.body == raw
    assert "body" not in repr(error)


@pytest.mark.parametrize("text", ["<html><title>Oops</title></html>", "Traceback (most recent call last):\n  x"])
def test_html_page_within_json_is_described(text: str) -> None:
    """A page as the message of a JSON body is no message either."""
    assert re.search("an HTML page of 32 bytes: Oops|a stack trace of ", str(answered(500, {"message": text})))


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_is_the_api_in_any_coding(coding: str) -> None:
    """What could be read as JSON is not called a proxy's page, and blanks are not a body."""
    text = str(answered(422, json.dumps({"id": "x", "message": "It is taken."}).encode(coding)))
    assert "422 x: It is taken." in text
    assert "proxy" not in text
    assert str(answered(404, b" \n")) == str(answered(404, b""))


@pytest.mark.parametrize(
    ("message", "operation", "expected"),
    [
        ("Couldn't find that app.", "apps.info", "Check the name or id"),
        ("That add-on does not exist.", "addons.find", "Check the name or id"),
        ("Could not be found", "pipelines.info", "Check the name or id"),
        ("The requested API endpoint could not be found.", "apps.info", "check path and method"),
        ("Not found.", "apps.info", "check path and method"),
        ("Couldn't find that app.", "", "check path and method"),
    ],
)
def test_a_404_is_of_what_its_message_says(message: str, operation: str, expected: str) -> None:
    """Without a resource, the error of a typed call whose message is about an object does not blame the endpoint."""
    body = json.dumps({"id": "not_found", "message": message}).encode()
    error = APIError.from_response(404, {}, body, method="GET", path="/x", operation=operation)
    assert expected in str(error)


def test_a_redirect_is_called_a_redirect() -> None:
    """A read follows them, so one that is left leads nowhere; a write never does."""
    found = {verb: str(APIError.from_response(307, {}, b"", method=verb, path="/x")) for verb in ("GET", "HEAD", "PUT")}
    assert "Only a GET follows redirects." in found["PUT"]
    assert all("name a usable address, ten at most" in found[verb] for verb in ("GET", "HEAD"))


def test_hints_come_from_the_headers() -> None:
    """Scopes of a 403, the app to confirm, the orders of a list, and the second factor."""
    scopes = {"Oauth-Scope": "read", "Oauth-Scope-Accepted": "global write"}
    assert "The token's scope is 'read'; this call needs one of 'global write'." in str(answered(403, b"", scopes))
    assert "The app's name is 'example'." in str(answered(423, b"", {"X-Confirmation-Required": "example"}))
    assert "can be sorted by id, name" in str(answered(416, b"", {"Accept-Ranges": "id, name"}))
    for status in (403, 412):
        assert "two_factor=" in str(answered(status, b"", {"Heroku-Two-Factor-Required": "true"}))
    assert "second factor" in str(answered(412, conditional=False))
    assert "ETag" not in str(answered(412, conditional=False))
    assert "new ETag" in str(answered(412))


READS = [
    answered(404, b"", method="GET", uncertain=2),
    answered(500, b"", method="GET", uncertain=1),
    answered(503, b"", method="HEAD", uncertain=1),
    *(kind("It broke.", "GET", "/apps", True) for kind in (errors.ReadTimeout, errors.ConnectionLost)),
    errors.SessionClosed(True, "GET", "/apps"),
    errors.DecodeError("App", "wrong", 200, "GET", "/apps"),
]


@pytest.mark.parametrize("error", READS, ids=lambda error: type(error).__name__)
def test_a_read_is_never_said_to_be_executed(error: HerokuError) -> None:
    """Nobody has to look before a read is repeated."""
    assert "executed" not in str(error)


PERHAPS: list[HerokuError] = [
    *(answered(500), answered(502), answered(503), answered(404, b"", uncertain=1)),
    *(errors.ConnectionLost("cut", "POST", "/apps", True), errors.SessionClosed(True, "POST", "/apps")),
]
NOT: list[HerokuError] = [
    *(answered(404), answered(429), answered(503, b"", seconds=5.0)),
    *(errors.ConnectError("no", "POST", "/apps", False), errors.SessionClosed()),
]


@pytest.mark.parametrize("error", PERHAPS, ids=lambda error: type(error).__name__)
def test_a_write_is_perhaps_executed(error: HerokuError) -> None:
    """A 5xx without a Retry-After, an attempt before, a broken connection: nobody knows, and nothing more is said."""
    assert "may have been executed" in str(error)
    assert "got no" not in str(error)


@pytest.mark.parametrize("error", NOT, ids=lambda error: type(error).__name__)
def test_rejected_write_is_not_executed(error: HerokuError) -> None:
    """A refusal, a 503 with a Retry-After, and what was not sent say nothing of an execution."""
    assert "executed" not in str(error)


def test_every_kind_of_credentials_has_advice() -> None:
    """What makes credentials is their kind, and a 401 says what to do about each."""
    kinds = {name for name, value in vars(Credentials).items() if isinstance(value, classmethod)} | {"none"}
    remedies = errors.Unauthorized.remedies.keys()
    assert remedies == kinds, "edit `remedies` of Unauthorized in aioheroku/errors/_statuses.py"
    source = inspect.getsource(Credentials)
    missing = [kind for kind in kinds - {"none"} if f'`"{kind}"`' not in source]
    assert missing == [], "edit the docstring of `kind` in aioheroku/auth/_credentials.py"


@pytest.mark.parametrize("kind", sorted(errors.Unauthorized.remedies))
def test_a_401_advises_by_kind(kind: str) -> None:
    """Whose token was given in the code is not sent to look for HEROKU_API_KEY, and the other way round."""
    text = str(answered(401, b"", credentials=kind))
    assert ("HEROKU_API_KEY" in text) == (kind == "environment")
    assert ("heroku login" in text) == (kind == "netrc")
    assert ("authorize the application" in text) == (kind == "oauth")
    assert text != str(answered(401, b"", credentials=None))


async def test_errors_know_the_credentials_kind(serve: Serve) -> None:
    """The kind reaches the error, unless the call had an Authorization of its own."""
    server = await serve(lambda _: web.json_response({"id": "unauthorized"}, status=401))
    environment = Credentials.environment({"HEROKU_API_KEY": "token"})
    cases: list[tuple[Any, str]] = [("token", "bearer"), (None, "none"), (environment, "environment")]
    for token, kind in cases:
        async with Heroku(token, base_url=server.url, retry=None) as heroku:
            with raises(errors.Unauthorized) as caught:
                await heroku.apps.info("example")
            assert caught.value.credentials == kind
            with raises(errors.Unauthorized) as caught:
                await heroku.using(headers={"Authorization": "Bearer other"}).apps.info("example")
            assert caught.value.credentials is None


def test_both_limits_have_a_base_with_seconds() -> None:
    """`RateLimitExceeded` is the pool's refusal and the platform's; `seconds` is what is known of the wait."""
    waits: list[errors.RateLimitExceeded] = []
    for error in (errors.RateLimitWait(7.5), answered(429, seconds=20.0), answered(429)):
        assert isinstance(error, errors.RateLimitExceeded)
        waits.append(pickle.loads(pickle.dumps(error)))  # noqa: S301
    assert [error.seconds for error in waits] == [7.5, 20.0, None]
    assert "in 20 s" in str(waits[1])


HUGE = "x" * 1_000_000


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if kind is not HerokuError])
@pytest.mark.parametrize("text", [HUGE, "\x1b[31mred\n\u202e\ud800"], ids=["huge", "hostile"])
def test_every_text_is_bounded_and_printable(kind: type[HerokuError], text: str) -> None:
    """Whatever text stands in whatever field, the text of each class fits on a page and drives no terminal."""
    values = [text if isinstance(value, str) else value for value in make(kind).args]
    error = kind(*values)
    assert len(str(error)) < 2600
    assert str(error).isprintable()
    assert len(repr(error)) < 10_000
    "".join(traceback.format_exception(error)).encode("utf-8")


@pytest.mark.parametrize("raw", [{"message": HUGE}, {"errors": [HUGE] * 50}, {HUGE: 1}, {"error": {HUGE: HUGE}}, HUGE])
def test_a_response_of_any_size_has_a_short_text(raw: Any) -> None:
    """A megabyte of message, reasons or names of keys is truncated; the text says how long a message was."""
    assert len(str(answered(422, raw))) < 2600


@every(CLASSES, lambda kind: kind.__name__)
def test_every_error_says_what_to_do(kind: type[HerokuError]) -> None:
    """Each class has a docstring, and all but the bases end in advice."""
    error = make(kind)
    assert (inspect.getdoc(kind) or "").strip()
    assert error.advice or kind in (*BASES, errors.InvalidRequest, errors.WebhookRejected)
    assert str(error).endswith(error.advice)
    assert str(error).startswith(error.summary.rstrip("."))


ADVICE = sorted({error.advice for _, error in TABLE} | set(errors.Unauthorized.remedies.values()))
OPTIONS: dict[str, Any] = dict.fromkeys(("max_wait", "timeout", "if_match", "accept"), Heroku.using) | {
    "two_factor": Heroku, "read_only": Heroku, "base_url": Heroku, "connect": Timeout, "attempt": Timeout, "max": Range,
    "dry_run": Heroku.using, "retry_failed": Journal, "verify": Heroku.each,
    "tokens": Wait.__call__, **dict.fromkeys(("failures", "idle", "start"), StreamTimes),
}  # fmt: skip
"""The keywords that advice may name, with what takes each."""
COMMANDS = {"aioheroku limits", "heroku login", "heroku authorizations:create"}
"""The first is ours, the others are of Heroku's command line: its `login` and `authorizations` topics."""
SITES = {
    "https://dashboard.heroku.com/account/billing", "https://help.heroku.com", "https://devcenter.heroku.com/changelog",
    "https://heroku.com/verify", "https://status.heroku.com",
    "https://devcenter.heroku.com/articles/platform-api-reference#statuses",
}  # fmt: skip


@every(ADVICE)
def test_advice_names_what_exists(text: str) -> None:
    """Keywords, methods, commands and pages that an advice names are there."""
    for name in re.findall(r"\b(\w+)=", text):
        if name == "confirm":
            assert ("addons", "create") in confirming()
        else:
            assert name in inspect.signature(OPTIONS[name]).parameters, name
    for owner, name in re.findall(r"\b([a-z_]+)\.([a-z_]+)\(", text):
        if owner == "heroku":
            assert callable(getattr(Heroku, name)), name
        else:
            assert callable(getattr(getattr(resources, RESOURCES[owner]), name))
    for owner, name in re.findall(r"\b(Heroku|Credentials)\.(\w+)\(", text):
        assert callable(getattr({"Heroku": Heroku, "Credentials": Credentials}[owner], name))
    assert set(re.findall(r"`((?:aio)?heroku [\w: ]+)`", text)) <= COMMANDS
    assert {site.rstrip(".") for site in re.findall(r"https://\S+", text)} <= SITES


def test_the_command_of_an_advice_is_ours() -> None:
    """`aioheroku limits` is a command."""
    commands = importlib.import_module("aioheroku.cli._commands")
    assert "limits" in Path(str(commands.__file__)).read_text()


@cache
def confirming() -> set[tuple[str, str]]:
    """The methods that take `confirm=`."""
    return {
        (name, method)
        for name, kind in RESOURCES.items()
        for method, function in vars(getattr(resources, kind)).items()
        if hasattr(function, "endpoint") and "confirm" in inspect.signature(function).parameters
    }


def test_confirm_is_advised_where_it_is_taken() -> None:
    """The text names `confirm=...` for exactly the endpoints whose methods have it, `request` for all others."""
    for name, kind in RESOURCES.items():
        for method, function in vars(getattr(resources, kind)).items():
            if hasattr(function, "endpoint"):
                endpoint = function.endpoint
                text = str(answered(423, method=endpoint.method, path=endpoint.path))
                assert ("with confirm=..." in text) == ((name, method) in confirming()), (name, method)
                assert ("heroku.request(" in text) != ("with confirm=..." in text)


def test_an_error_is_caught_by_what_it_means() -> None:
    """What can be concluded is what can be caught; `NotSent` is said of nothing that may have left."""
    assert issubclass(errors.InvalidRequest, ValueError)
    for kind in (
        errors.RateLimitWait,
        errors.ReadOnlyError,
        errors.InvalidRequest,
        errors.DryRun,
        errors.JournalMismatch,
    ):
        assert issubclass(kind, errors.NotSent)
    for failure in (errors.ConnectError, errors.ConnectTimeout, errors.ReadTimeout, errors.ConnectionLost):
        assert issubclass(failure, errors.ConnectionFailed)
    assert not issubclass(errors.SessionClosed, errors.NotSent)
    assert not issubclass(errors.ReadTimeout, TimeoutError)


async def test_a_warning_of_any_size_has_a_short_text(serve: Serve) -> None:
    """What the platform warns of is quoted as errors are: in one line, bounded, without credentials."""
    warning = f"see https://x.example.com/?Signature=s3cr3t and {'x' * 5000}"
    server = await serve([web.json_response({}, headers={"X-Heroku-Warning": warning})])
    async with Heroku(None, base_url=server.url) as heroku:
        with pytest.warns(HerokuWarning) as caught:
            await heroku.request("GET", "/apps")
    text = str(caught[0].message)
    assert len(text) < 600
    assert "s3cr3t" not in text


async def test_a_failed_refresh_advises_once(serve: Serve) -> None:
    """The error of an OAuth user says what the refresh said, without the advice for that in the middle of its own."""
    server = await serve(lambda _: web.json_response({"id": "unauthorized", "message": "Expired."}, status=401))
    credentials = Credentials.oauth("token", refresh_token="again", client_secret="client")
    async with Heroku(credentials, base_url=server.url, retry=None) as heroku:
        with raises(errors.Unauthorized) as caught:
            await heroku.apps.update("example", name="other")
    text = str(caught.value)
    assert text.count("authorize the application") == 1
    assert "POST /oauth/tokens: 401 unauthorized: Expired." in text
    assert "HEROKU_API_KEY" not in text
    assert "executed" not in text
