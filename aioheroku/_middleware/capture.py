"""Response capture: implements `heroku.capture()`."""

from collections.abc import Awaitable, Generator
from contextlib import contextmanager
from contextvars import ContextVar

from attrs import define, field

from aioheroku._http import Request, Response, Send


@define(eq=False)
class Recording:
    """The responses that one `capture()` collects."""

    session: object
    responses: list[Response] = field(factory=list[Response])
    open: bool = True


_recordings: ContextVar[tuple[Recording, ...]] = ContextVar("aioheroku_recordings", default=())


@define(eq=False)
class Capture:
    """Adds each response, of any status, to the session's recordings that are open in the caller's context.

    Neither reads nor changes the request.
    """

    send: Send
    session: object
    """Identifies the session to its recordings."""

    def __call__(self, request: Request) -> Awaitable[Response]:
        return self._recorded(request) if _recordings.get() else self.send(request)

    async def _recorded(self, request: Request) -> Response:
        response = await self.send(request)
        for recording in _recordings.get():
            if recording.open and recording.session is self.session:
                recording.responses.append(response)
        return response


@contextmanager
def capture(session: object) -> Generator[list[Response]]:
    """Collect the responses of a session, of this task and of those it starts."""
    recording = Recording(session)
    _recordings.set((*(other for other in _recordings.get() if other.open), recording))
    try:
        yield recording.responses
    finally:
        # Not by ContextVar.reset: a generator may be closed in another context than it was opened in, and captures may
        # end in any order. A closed recording that stays in the first context is dropped by the next capture.
        recording.open = False
        _recordings.set(tuple(other for other in _recordings.get() if other.open))
