"""The tree and the table of docs/guides/errors.md: what happened, what the user reads, what to do, as the code has it.

    python docs/_ext/error_table.py

writes them anew; tests/unit/errors/test_errors.py compares.
"""

import inspect
import json
from pathlib import Path
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
    ("the token pool's wait is longer than the call may wait", errors.RateLimitWait(42.0)),
    ("a write over a session that only reads", errors.ReadOnlyError("POST", "/apps")),
    ("a write in a dry run", errors.DryRun("PATCH", "/apps/{app}", {"maintenance": True})),
    (
        "a journal of another campaign",
        errors.JournalMismatch("rotate.jsonl", "it is of another campaign: its call differs"),
    ),
    (
        "an item that an earlier run was interrupted at",
        errors.OutcomeUnknown("it was interrupted during POST /apps/{app}/dynos"),
    ),
    (
        "an item that failed before, with `retry_failed=False`",
        errors.FailedEarlier("NotFound: GET /apps/{app}: 404, not_found"),
    ),
    ("a call after the session was closed", errors.SessionClosed()),
    ("the session is closed during a write", errors.SessionClosed(True, "POST", "/apps")),
    (
        "nobody listens, or the name is unknown",
        errors.ConnectError(f"{REFUSED} [Name or service not known].", "GET", "/apps"),
    ),
    (
        "a certificate that is not trusted",
        errors.ConnectError(
            f"{REFUSED} [self-signed certificate]. If it is yours: Heroku(ssl=context) with a context that trusts it.",
            *("GET", "/apps", False, True),
        ),
    ),
    ("nobody accepts the connection", errors.ConnectTimeout("Connecting timed out.", "GET", "/apps")),
    ("no response to a read", errors.ReadTimeout("The complete response did not arrive in time.", "GET", "/apps")),
    ("no response to a write", errors.ReadTimeout("The complete response did not arrive in time.", "POST", "/apps")),
    ("the connection breaks", errors.ConnectionLost("The response was cut off.", "POST", "/apps")),
    (
        "a response above 64 MiB",
        errors.AnswerTooLarge("The response is larger than 67108864 bytes.", "GET", "/apps", True, True),
    ),
    ("a response of another shape", errors.DecodeError("App.name", MISSING, 200, "GET", "/apps/{app}", "r-1")),
    ("a list leads in a circle", errors.PagingError(CIRCLE, "id ]x..", "GET", "/apps", "r-1")),
    ("a webhook, not signed", errors.MissingSignature("Heroku-Webhook-Hmac-SHA256")),
    ("a webhook, another secret", errors.WrongSignature()),
    ("a webhook, another body", errors.InvalidDelivery("data", "missing")),
    ("the address of a log is refused", errors.StreamRefused(403, "You can't access this space from your IP address.")),
    ("a log or an output breaks again and again", errors.StreamLost(1200, 5, "ConnectionLost")),
    ("a build's output has changed after a cut", errors.OutputChanged(8192)),
    ("port 5000 is blocked", errors.ConnectBlocked("rendezvous.runtime.heroku.com", 5000, "Connection refused")),
    ("an attached dyno does not start", errors.StartTimeout(120.0, "run.1234")),
    ("an attached dyno of a Private Space or of Fir", errors.RunUnsupported("https")),
    ("the connection to a dyno ends before its command", errors.ExitUnknown(b"", "run.1234")),
    ("a command fails", errors.ProcessFailed(1, "Traceback\nKeyError: 'A'\n", "run.1234")),
    ("a store refuses an upload", errors.TransferFailed(403, "SignatureDoesNotMatch", 0)),
    ("a file changes while it is uploaded", errors.SourceChanged("app.py")),
    ("a download is damaged", errors.ChecksumMismatch("SHA256:e3b0", "SHA256:9f86")),
    ("a build fails", errors.BuildFailed(None, ("-----> Building", " !     No default language could be detected"))),
    ("a release command fails", errors.ReleaseFailed(None, ("rake aborted!",))),
    ("the awaited state cannot be reached", errors.WaitFailed(None)),
    ("the awaited state takes too long", errors.WaitTimeout(None, 600.0)),
    ("304, a conditional read", answered(304, method="GET")),
    ("304, a write", answered(304)),
    ("400", answered(400, body("bad_request", "Invalid JSON."))),
    ("401, `HEROKU_API_KEY`", answered(401, body("unauthorized", "Invalid credentials."), credentials="environment")),
    ("401, netrc", answered(401, body("unauthorized", "Invalid credentials."), credentials="netrc")),
    ("401, OAuth", answered(401, body("unauthorized", "Invalid credentials."), credentials="oauth")),
    ("401, a token given in the code", answered(401, body("unauthorized", "Invalid."), credentials="bearer")),
    ("401, no token", answered(401, body("unauthorized", "Invalid credentials."), credentials="none")),
    ("402", answered(402, body("delinquent", "Payment is overdue."))),
    (
        "403",
        answered(403, body("forbidden", "Not allowed."), {"Oauth-Scope": "read", "Oauth-Scope-Accepted": "write"}),
    ),
    ("403, suspended", answered(403, body("suspended", "The app is suspended."))),
    ("403, second factor", answered(403, body("two_factor", "A second factor is required."))),
    ("404, a resource is missing", answered(404, body("not_found", "Couldn't find that app.", resource="app"))),
    ("404, no such endpoint", answered(404, body("not_found", "The requested API endpoint was not found."))),
    ("406", answered(406, body("not_acceptable", "No such version."))),
    ("409", answered(409, body("conflict", "The app is being built."))),
    ("410", answered(410, body("gone", "This endpoint was removed."))),
    ("412", answered(412, body("precondition_failed", "The app has changed."))),
    ("412, no If-Match was sent", answered(412, conditional=False)),
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
    ("423, elsewhere", answered(423, body("confirmation_required", "This deletes data."), method="DELETE")),
    ("429", answered(429, body("rate_limit", "Too many requests."), seconds=20.0)),
    ("500, a write", answered(500, body("internal_server_error", "Something went wrong."), {"Request-Id": "r-1"})),
    ("502 from a router", answered(502, b"<html><title>Application Error</title></html>" + b" " * 5000, method="GET")),
    ("503, with a Retry-After", answered(503, body("unavailable", "Down for maintenance."), seconds=30.0)),
    ("a page from a proxy", answered(403, b"<html><title>Access Denied</title></html>", method="GET")),
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
