"""One request, as a handler sees it."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from attrs import define, evolve, field, frozen

from . import checks, replies
from .dates import stamp
from .replies import Refusal, not_found
from .state import Account, App, Parts, State
from .table import Row, Table


@frozen
class Asked:
    """A request as it came in: verb, raw path with its query, headers, body."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    problem: Refusal | None = None  # why it is refused whatever it asks for


@define(slots=False, eq=False)
class Call:
    """A request that has found its endpoint, and the words handlers are written in."""

    asked: Asked
    state: State
    account: Account
    params: Mapping[str, str]
    takes: checks.Takes = field(factory=checks.Takes)  # the parameters of its endpoint
    at: float | None = None  # the moment it is carried out, where that is not now
    modified: str | None = None  # for Last-Modified, where the rows themselves do not tell

    @cached_property
    def now(self) -> str:
        """The moment of the request."""
        return self.state.stamp() if self.at is None else stamp(self.at)

    @cached_property
    def app(self) -> App:
        """The app the path names; 404 where there is none or it is somebody else's."""
        return self.state.app(self.account, self.params["app"])

    @property
    def parts(self) -> Parts:
        """What belongs to that app."""
        return self.app.parts

    def find(self, table: Table, param: str, resource: str) -> Row:
        """The row the path names; 404 with this resource where there is none."""
        row = table.find(self.params[param])
        if row is None:
            raise not_found(resource)
        return row

    @cached_property
    def body(self) -> Any:
        """The JSON body, None where there is none; 400 where it is not JSON."""
        return replies.load(self.asked.body) if self.asked.body else None

    def take(self) -> Row:
        """The parameters of the body by name, checked for presence and JSON type (422)."""
        return checks.parameters(self.body, self.takes)

    def later(self, seconds: float, action: Callable[["Call"], None]) -> None:
        """Go on with the request when this much of the platform's time has passed."""
        due = self.state.now() if self.at is None else self.at
        due += seconds
        self.state.agenda.add(due, lambda: action(evolve(self, at=due)))

    def new(self, row: Row) -> Row:
        """A row with a new id and both its dates set to this moment, keys in alphabetical order."""
        full = {**row, "id": self.state.uuid(), "created_at": self.now, "updated_at": self.now}
        return dict(sorted(full.items()))
