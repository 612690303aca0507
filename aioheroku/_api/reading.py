"""Decoding of responses, and lists as pages."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol, TypeVar

from yarl import URL

from aioheroku._http import Options, Request, Response, Send
from aioheroku._pagination import Page, Pages, Range
from aioheroku.errors import APIError, DecodeError, HerokuError

T = TypeVar("T")


class Caller(Protocol):
    """What a declaration needs from the session: URLs, headers, options, and the pipeline."""

    url: Callable[[str], URL]
    """The URL of an encoded path below the base URL."""
    headers: Mapping[str, str]
    options: Options
    call: Send
    """Sends a request through all middlewares; a response that is not a success is raised."""
    own_accept: bool
    """Whether the caller chose a version of the API, which takes precedence over that of a declaration."""

    def failed(self, method: str, path: str, error: HerokuError) -> None:
        """Report a call that ended with an error."""
        ...


def read(
    caller: Caller,
    decode: Callable[[bytes], Any] | None,
    response: Response,
    excused: Callable[[Response, DecodeError], bool] | None = None,
) -> Any:
    """Decode the body of a response; an error is reported and raised.

    Args:
        caller: reports the error.
        decode: decodes the body; `None` where nothing is expected.
        response: the response.
        excused: whether a response with this error is a success all the same.

    Raises:
        NotModified: the response is a 304.
        DecodeError: the body does not have the expected form.
    """
    problem: HerokuError
    if response.status == 304:  # of a read that was made conditional
        problem = APIError.from_response(
            304, response.headers, response.body, method=response.method, path=response.path
        )
    else:
        try:
            if decode is None:
                response.json()  # a page of HTML is not from the platform
                return None
            return decode(response.body)
        except DecodeError as error:
            where = response.status, response.method, response.path, response.request_id
            problem = DecodeError(error.path, error.reason, *where, reads=response.reads)
            if excused is not None and excused(response, problem):
                return None
    caller.failed(response.method, response.path, problem)
    raise problem


def present(found: T, what: str) -> T:
    """The object that a write returned, for a caller that needs it.

    Raises:
        DecodeError: the platform accepted the write, but its response has no object.
    """
    if found is None:
        raise DecodeError(what, "the write was accepted, but its response lacks the object")
    return found


def pages(caller: Caller, request: Request, range: Range, decode: Callable[[Response], Any]) -> Pages[Any]:
    """The list whose pages are responses to this request, sent with the Range of each.

    Args:
        caller: sends the requests.
        request: the request, without a Range.
        range: the first range.
        decode: the items of a response.
    """

    async def fetch(text: str) -> Page[Any]:
        response = await caller.call(request.new_call({**request.headers, "Range": text}))
        read = partial(decode, response)
        return Page(read, response.next_range, response.status == 206, response.request_id)

    return Pages(fetch, range, request.path, partial(caller.failed, request.method, request.path), request.method)
