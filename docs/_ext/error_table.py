"""The tree and the table of docs/guides/errors.md: what happened, what the user reads, what to do, as the code has it.

    python docs/_ext/error_table.py

writes them anew; tests/unit/errors/test_errors.py compares.
"""

import inspect
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from aioheroku import errors
from aioheroku.errors import APIError, HerokuError

PAGE = Path(__file__).parent.parent / "guides" / "errors.md"
BEGIN, END = "<!-- made by docs/_ext/error_table.py -->\n\n", "\n<!-- end -->\n"


def answered(
    status: int, body: Any = b"", headers: dict[str, str] | None = None, method: str = "POST", **about: Any
) -> APIError:
    """The error of a response; a body that is not bytes is JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    about = {"path": "/apps/{app}", **about}
    return APIError.from_response(status, headers or {}, raw, method=method, **about)


def body(id_: str, message: str, **more: Any) -> dict[str, Any]:
    """The body of an error as the platform writes it."""
    return {"id": id_, "message": message, **more}


REFUSED = "Cannot connect to host api.heroku.com:443 ssl:default"
"""As aiohttp says it."""
MISSING = "missing, though the reference promises it"
CIRCLE = "the list leads back to a range that was already read."
TABLE: list[tuple[str, HerokuError]] = [
    ("an argument is wrong", errors.InvalidRequest("expected an integer, got str.", "quantity")),
    ("the wait for a token would be longer than allowed", errors.RateLimitWait(42.0)),
    ("a write in a read-only session", errors.ReadOnlyError("POST", "/apps")),
    ("a write in a dry run", errors.DryRun("PATCH", "/apps/{app}", {"maintenance": True})),
    (
        "the journal belongs to another campaign",
        errors.JournalMismatch("rotate.jsonl", "it is of another campaign: its call differs"),
    ),
    (
        "an earlier run was interrupted during a write of the item",
        errors.OutcomeUnknown("it was interrupted during POST /apps/{app}/dynos"),
    ),
    (
        "the item failed in an earlier run, and `retry_failed=False`",
        errors.FailedEarlier("NotFound: GET /apps/{app}: 404, not_found"),
    ),
    ("a call after the session was closed", errors.SessionClosed()),
    ("the session is closed during a write", errors.SessionClosed(True, "POST", "/apps")),
    (
        "connection refused, or unknown host",
        errors.ConnectError(f"{REFUSED} [Name or service not known].", "GET", "/apps"),
    ),
    (
        "the certificate is not trusted",
        errors.ConnectError(
            f"{REFUSED} [self-signed certificate]. If it is yours: Heroku(ssl=context) with a context that trusts it.",
            *("GET", "/apps", False, True),
        ),
    ),
    ("no connection in time", errors.ConnectTimeout("Connecting timed out.", "GET", "/apps")),
    ("no response to a read", errors.ReadTimeout("The complete response did not arrive in time.", "GET", "/apps")),
    ("no response to a write", errors.ReadTimeout("The complete response did not arrive in time.", "POST", "/apps")),
    ("the connection breaks", errors.ConnectionLost("The response was cut off.", "POST", "/apps")),
    (
        "a response larger than 64 MiB",
        errors.AnswerTooLarge("The response is larger than 67108864 bytes.", "GET", "/apps", True, True),
    ),
    ("the response is not as documented", errors.DecodeError("App.name", MISSING, 200, "GET", "/apps/{app}", "r-1")),
    ("the pages of a list form a circle", errors.PagingError(CIRCLE, "id ]x..", "GET", "/apps", "r-1")),
    ("a webhook request without a signature", errors.MissingSignature("Heroku-Webhook-Hmac-SHA256")),
    ("a webhook request signed with another secret", errors.WrongSignature()),
    ("a signed webhook request with a wrong body", errors.InvalidDelivery("data", "missing")),
    (
        "the address of a log stream is refused",
        errors.StreamRefused(403, "Your IP address is not trusted."),
    ),
    ("a log or output stream breaks again and again", errors.StreamLost(1200, 5, "ConnectionLost")),
    ("the output of a build differs after a reconnection", errors.OutputChanged(8192)),
    ("port 5000 is blocked", errors.ConnectBlocked("rendezvous.runtime.heroku.com", 5000, "Connection refused")),
    ("an attached dyno does not start", errors.StartTimeout(120.0, "run.1234")),
    ("attaching to a dyno in a Private Space or of the Fir generation", errors.RunUnsupported("https")),
    ("the connection to a dyno ends before the command does", errors.ExitUnknown(b"", "run.1234")),
    ("a command fails", errors.ProcessFailed(1, "Traceback\nKeyError: 'A'\n", "run.1234")),
    ("the storage service refuses an upload", errors.TransferFailed(403, "SignatureDoesNotMatch", 0)),
    ("a file changes while it is packed or uploaded", errors.SourceChanged("app.py")),
    ("a download has the wrong checksum", errors.ChecksumMismatch("SHA256:e3b0", "SHA256:9f86")),
    (
        "a build fails",
        errors.BuildFailed(
            SimpleNamespace(id="01234567-89ab"), ("-----> Building", " !     No default language could be detected")
        ),
    ),
    ("a release command fails", errors.ReleaseFailed(SimpleNamespace(version=7), ("rake aborted!",))),
    ("the awaited state cannot be reached", errors.WaitFailed(type("Dyno", (SimpleNamespace,), {})(state="crashed"))),
    ("the awaited state takes too long", errors.WaitTimeout(None, 600.0)),
    ("304 to a conditional read", answered(304, method="GET")),
    ("304 to a write", answered(304)),
    ("400", answered(400, body("bad_request", "Invalid JSON."))),
    (
        "401, token from `HEROKU_API_KEY`",
        answered(401, body("unauthorized", "Invalid credentials."), credentials="environment"),
    ),
    ("401, token from netrc", answered(401, body("unauthorized", "Invalid."), credentials="netrc")),
    ("401, OAuth token", answered(401, body("unauthorized", "Invalid."), credentials="oauth")),
    ("401, token passed to `Heroku(...)`", answered(401, body("unauthorized", "Invalid."), credentials="bearer")),
    ("401, no token", answered(401, body("unauthorized", "Invalid credentials."), credentials="none")),
    ("402", answered(402, body("delinquent", "Payment is overdue."))),
    (
        "403",
        answered(403, body("forbidden", "Not allowed."), {"Oauth-Scope": "read", "Oauth-Scope-Accepted": "write"}),
    ),
    ("403, suspended", answered(403, body("suspended", "The app is suspended."))),
    ("403, second factor", answered(403, body("two_factor", "A second factor is required."))),
    ("404, the resource does not exist", answered(404, body("not_found", "Couldn't find that app.", resource="app"))),
    ("404, the endpoint does not exist", answered(404, body("not_found", "The requested API endpoint was not found."))),
    ("406", answered(406, body("not_acceptable", "No such version."))),
    ("409", answered(409, body("conflict", "The app is being built."))),
    ("410", answered(410, body("gone", "This endpoint was removed."))),
    ("412", answered(412, body("precondition_failed", "The app has changed."))),
    ("412, though no `If-Match` was sent", answered(412, conditional=False)),
    ("416", answered(416, body("bad_range", "No such order."), {"Accept-Ranges": "id, name"}, "GET", path="/apps")),
    ("422", answered(422, body("invalid_params", "Invalid app.json", manifest_errors=["FOO is required"]))),
    ("422, unverified account", answered(422, body("verification_required", "Verify your account."))),
    (
        "423, `addons.create`",
        answered(
            423,
            body("confirmation_required", "The plan is not isolated."),
            {"X-Confirmation-Required": "example"},
            path="/apps/{app}/addons",
        ),
    ),
    ("423, any other call", answered(423, body("confirmation_required", "This deletes data."), method="DELETE")),
    ("429", answered(429, body("rate_limit", "Too many requests."), seconds=20.0)),
    ("500 to a write", answered(500, body("internal_server_error", "Something went wrong."), {"Request-Id": "r-1"})),
    ("502 from a router", answered(502, b"<html><title>Application Error</title></html>" + b" " * 5000, method="GET")),
    ("503 with `Retry-After`", answered(503, body("unavailable", "Down for maintenance."), seconds=30.0)),
    ("an HTML page from a proxy", answered(403, b"<html><title>Access Denied</title></html>", method="GET")),
    ("any other status", answered(418, body("teapot", "Short and stout."))),
]


def cell(text: str) -> str:
    """A text as Markdown that means the text."""
    return (
        text.replace("|", "\\|").replace("<", "&lt;").replace("{", "&#123;").replace("*", "&#42;").replace("_", "\\_")
    )


def tree() -> str:
    """The tree of docs/guides/errors.md: that of the module's docstring."""
    _, _, text = inspect.cleandoc(errors.__doc__ or "").partition("\n\n")
    return inspect.cleandoc(text.partition("\n\nEvery")[0]) + "\n"


def table() -> str:
    """The table of docs/guides/errors.md."""
    rows = ["| what happened | what you read | what to do |", "| --- | --- | --- |"]
    for what, error in TABLE:
        rows.append(
            f"| {what} | `{type(error).__name__}`: {cell(error.summary)} | {cell(error.advice) or 'as it says'} |"
        )
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    text = PAGE.read_text()
    for begin, written, end in (("```text\n", tree(), "```"), (BEGIN, table(), END)):
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}{written}{end}{rest.partition(end)[2]}"
    PAGE.write_text(text)
