"""Times as the wire writes them."""

import time
from datetime import datetime
from email.utils import formatdate
from functools import lru_cache
from math import ceil
from typing import Literal

RetryForm = Literal["seconds", "date", "epoch"]


def stamp(seconds: float) -> str:
    """Seconds since 1970 as `YYYY-MM-DDTHH:MM:SSZ`."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def seconds(text: str) -> float:
    """The seconds since 1970 of such a stamp."""
    return datetime.fromisoformat(text).timestamp()


@lru_cache(maxsize=4096)
def http_date(text: str) -> str:
    """A stamp as headers write it, `Fri, 23 Oct 2015 10:04:51 GMT`."""
    return formatdate(seconds(text), usegmt=True)


def retry_after(wait: float, form: RetryForm, now: float) -> str:
    """The value of a Retry-After header: whole seconds, an HTTP date, or the second since 1970 as v2 sent it."""
    match form:
        case "seconds":
            return str(max(0, ceil(wait)))
        case "date":
            return formatdate(ceil(now + wait), usegmt=True)
        case "epoch":
            return str(ceil(now + wait))
