"""All exceptions, grouped by what the caller can conclude from them.

    HerokuError
    ├── NotSent                 nothing was sent
    │   ├── InvalidRequest      (also a ValueError) the call itself is wrong
    │   ├── RateLimitWait       (also a RateLimitExceeded) the wait for a token would be too long
    │   ├── ReadOnlyError       the session refuses to write
    │   ├── DryRun              a write in a dry run
    │   └── JournalMismatch     (also an InvalidRequest) a file that is not the journal of this campaign
    ├── SessionClosed           the session was closed, see `sent`
    ├── ConnectionFailed        no complete response, see `sent`
    │   ├── ConnectError        no connection: refused, unknown host, TLS
    │   ├── ConnectTimeout      no connection within the seconds allowed
    │   ├── ReadTimeout         no complete response within the seconds allowed
    │   ├── ConnectionLost      the connection broke
    │   └── AnswerTooLarge      the response exceeds the size limit
    ├── DecodeError             a response that is not as documented
    ├── PagingError             a range that repeats, or a 206 without a next range
    ├── StreamError             a stream, a one-off dyno or a transfer was not completed
    │   ├── StreamRefused       its address was refused
    │   ├── StreamLost          it broke too often in a row, or was silent for too long
    │   ├── OutputChanged       the output has changed and cannot be resumed
    │   ├── ConnectBlocked      no connection to port 5000, where one-off dynos are attached
    │   ├── StartTimeout        an attached dyno did not start in time
    │   ├── RunUnsupported      the app's dynos are attached by SSH
    │   ├── ExitUnknown         a command's exit status is unknown
    │   ├── ProcessFailed       a command's exit status is not 0
    │   ├── TransferFailed      an upload or a download failed
    │   ├── SourceChanged       a file changed while it was packed or uploaded
    │   └── ChecksumMismatch    a download has the wrong checksum
    ├── BuildFailed             a build failed
    ├── ReleaseFailed           a release failed
    ├── WaitFailed              the awaited state can no longer be reached
    ├── WaitTimeout             the awaited state was not reached in time
    ├── OutcomeUnknown          an earlier run was interrupted during a write of the item
    ├── FailedEarlier           the item failed in an earlier run of the campaign
    ├── WebhookRejected         a request to a webhook is not a delivery from Heroku
    │   ├── MissingSignature    it is not signed
    │   ├── WrongSignature      it is signed with another secret
    │   └── InvalidDelivery     it is signed, but its body is not a delivery
    ├── RateLimitExceeded       the rate limit, here (RateLimitWait) or on the platform (RateLimited)
    └── APIError                a response with an error status
        ├── NotModified 304
        ├── BadRequest 400      Unauthorized 401       Delinquent 402
        ├── Forbidden 403       ── Suspended, TwoFactorRequired
        ├── NotFound 404        NotAcceptable 406      Conflict 409     Gone 410
        ├── PreconditionFailed 412                     RangeNotSatisfiable 416
        ├── InvalidParams 422   ── VerificationNeeded
        ├── ConfirmationRequired 423
        ├── RateLimited 429     (also a RateLimitExceeded)
        └── ServerError 5xx     ── InternalServerError 500, ServiceUnavailable 503

Every class takes its fields by position: an exception with keyword-only fields cannot be unpickled.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from aioheroku.errors import _api, _base, _client, _statuses
from aioheroku.errors._base import (
    READS as READS,  # this and those below for the modules above
    bounded as bounded,
    printable as printable,
    quoted as quoted,
    whole_number as whole_number,
)

if TYPE_CHECKING:
    from aioheroku.errors._api import *
    from aioheroku.errors._base import *
    from aioheroku.errors._campaigns import *
    from aioheroku.errors._client import *
    from aioheroku.errors._statuses import *
    from aioheroku.errors._streams import *
    from aioheroku.errors._webhooks import *

__all__ = [
    "APIError",
    "AnswerTooLarge",
    "BadRequest",
    "BuildFailed",
    "ChecksumMismatch",
    "ConfirmationRequired",
    "Conflict",
    "ConnectBlocked",
    "ConnectError",
    "ConnectTimeout",
    "ConnectionFailed",
    "ConnectionLost",
    "DecodeError",
    "Delinquent",
    "DryRun",
    "ExitUnknown",
    "FailedEarlier",
    "Forbidden",
    "Gone",
    "HerokuError",
    "HerokuWarning",
    "InternalServerError",
    "InvalidDelivery",
    "InvalidParams",
    "InvalidRequest",
    "JournalMismatch",
    "MissingSignature",
    "NotAcceptable",
    "NotFound",
    "NotModified",
    "NotSent",
    "OutcomeUnknown",
    "OutputChanged",
    "PagingError",
    "PreconditionFailed",
    "ProcessFailed",
    "RangeNotSatisfiable",
    "RateLimitExceeded",
    "RateLimitWait",
    "RateLimited",
    "ReadOnlyError",
    "ReadTimeout",
    "ReleaseFailed",
    "RunUnsupported",
    "ServerError",
    "ServiceUnavailable",
    "SessionClosed",
    "SourceChanged",
    "StartTimeout",
    "StreamError",
    "StreamLost",
    "StreamRefused",
    "Suspended",
    "TransferFailed",
    "TwoFactorRequired",
    "Unauthorized",
    "VerificationNeeded",
    "WaitFailed",
    "WaitTimeout",
    "WebhookRejected",
    "WrongSignature",
]

_LATER: Final = ("_campaigns", "_webhooks", "_streams")
"""Modules of errors that few programs need: loaded when one is first used."""


def _publish(found: Mapping[str, Any]) -> None:
    """Move classes to this module, which users import them from, and which tracebacks show."""
    for name in __all__:
        if name in found:
            globals()[name] = found[name]
            found[name].__module__ = __name__


for _module in (_base, _api, _client, _statuses):
    _publish(vars(_module))


if not TYPE_CHECKING:  # a typo stays an error of the type checkers

    def __getattr__(name: str) -> Any:
        if name in __all__:
            for later in _LATER:
                _publish(vars(import_module(f"{__name__}.{later}")))
                if name in globals():
                    return globals()[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
