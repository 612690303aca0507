"""All exceptions, grouped by what the caller can conclude from them.

    HerokuError
    ├── NotSent                 nothing was sent
    │   ├── InvalidRequest      (also a ValueError) the call itself is wrong
    │   ├── RateLimitWait       (also a RateLimitExceeded) the pool's wait would be longer than allowed
    │   ├── ReadOnlyError       the session refuses to write
    │   ├── DryRun              a write in a dry run
    │   └── JournalMismatch     (also an InvalidRequest) a file that is not the journal of this campaign
    ├── SessionClosed           the session was closed meanwhile, see `sent`
    ├── ConnectionFailed        no complete response, see `sent`
    │   ├── ConnectError        no connection: refused, unknown host, TLS
    │   ├── ConnectTimeout      no connection within the seconds allowed
    │   ├── ReadTimeout         no complete response within the seconds allowed
    │   ├── ConnectionLost      the connection broke
    │   └── AnswerTooLarge      the response exceeds the size limit
    ├── DecodeError             a response that is not what the API documents
    ├── PagingError             a range that repeats, or a 206 that names no next one
    ├── OutcomeUnknown          a campaign was interrupted during a write of this item
    ├── FailedEarlier           the item failed in an earlier run of the campaign
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

from aioheroku.errors._api import APIError
from aioheroku.errors._base import READS as READS  # this and those below for the modules above
from aioheroku.errors._base import HerokuError, HerokuWarning
from aioheroku.errors._base import bounded as bounded
from aioheroku.errors._base import printable as printable
from aioheroku.errors._base import quoted as quoted
from aioheroku.errors._base import whole_number as whole_number
from aioheroku.errors._client import (
    AnswerTooLarge,
    ConnectError,
    ConnectionFailed,
    ConnectionLost,
    ConnectTimeout,
    DecodeError,
    DryRun,
    FailedEarlier,
    InvalidRequest,
    JournalMismatch,
    NotSent,
    OutcomeUnknown,
    PagingError,
    RateLimitExceeded,
    RateLimitWait,
    ReadOnlyError,
    ReadTimeout,
    SessionClosed,
)
from aioheroku.errors._statuses import (
    BadRequest,
    ConfirmationRequired,
    Conflict,
    Delinquent,
    Forbidden,
    Gone,
    InternalServerError,
    InvalidParams,
    NotAcceptable,
    NotFound,
    NotModified,
    PreconditionFailed,
    RangeNotSatisfiable,
    RateLimited,
    ServerError,
    ServiceUnavailable,
    Suspended,
    TwoFactorRequired,
    Unauthorized,
    VerificationNeeded,
)

__all__ = [
    "APIError",
    "AnswerTooLarge",
    "BadRequest",
    "ConfirmationRequired",
    "Conflict",
    "ConnectError",
    "ConnectTimeout",
    "ConnectionFailed",
    "ConnectionLost",
    "DecodeError",
    "Delinquent",
    "DryRun",
    "FailedEarlier",
    "Forbidden",
    "Gone",
    "HerokuError",
    "HerokuWarning",
    "InternalServerError",
    "InvalidParams",
    "InvalidRequest",
    "JournalMismatch",
    "NotAcceptable",
    "NotFound",
    "NotModified",
    "NotSent",
    "OutcomeUnknown",
    "PagingError",
    "PreconditionFailed",
    "RangeNotSatisfiable",
    "RateLimitExceeded",
    "RateLimitWait",
    "RateLimited",
    "ReadOnlyError",
    "ReadTimeout",
    "ServerError",
    "ServiceUnavailable",
    "SessionClosed",
    "Suspended",
    "TwoFactorRequired",
    "Unauthorized",
    "VerificationNeeded",
]

for _name in __all__:
    globals()[_name].__module__ = __name__  # the module that users import it from, as tracebacks show it
