"""Which faults a request meets, and the response of the platform with them."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from random import Random
from typing import TypeVar

from attrs import define

from aioheroku.testing._http.context import RawRequest
from aioheroku.testing._http.response import Response
from aioheroku.testing._http.routing import Route
from aioheroku.testing._http.service import Service
from aioheroku.testing.faults import Fault

F = TypeVar("F", bound=Fault)


@define(eq=False)
class FaultRule:
    """Faults, and the requests that they apply to."""

    faults: tuple[Fault, ...]
    times: int | None
    method: str | None
    path: str | None
    after: int
    probability: float
    rng: Random

    def matches(self, request: RawRequest) -> bool:
        """Whether the faults apply to this request; counts it if so."""
        if self.times == 0 or not self._concerns(request):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.probability < 1 and self.rng.random() >= self.probability:
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def _concerns(self, request: RawRequest) -> bool:
        path = request.path.partition("?")[0]
        if self.method not in {None, request.method} or not fnmatchcase(path, self.path or "*"):
            return False
        return all(fault.concerns(request) for fault in self.faults)


def respond(service: Service, request: RawRequest, faults: tuple[Fault, ...]) -> tuple[Response, Route | None]:
    """The response of the platform, or of the faults, and the route that matches the request."""
    response: Response | None = None
    for fault in faults:
        response = response or fault.before(service, request)
    if response is None:
        response, route = service.respond(request)
    else:
        route = service.route_of(request)
    for fault in faults:
        response = fault.after(response, request)
    return response, route


def first(faults: Iterable[Fault], kind: type[F]) -> F | None:
    """The first fault of a class; None if there is none."""
    return next((fault for fault in faults if isinstance(fault, kind)), None)
