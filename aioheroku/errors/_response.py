"""Errors of responses that came, and cannot be used."""

from attrs import define, field

from aioheroku.errors._base import HerokuError, foreign, reads, shown


def _request(request_id: str | None) -> str:
    return f", request {foreign(request_id)}" if request_id else ""


@define(slots=False)
class DecodeError(HerokuError):
    """The response is not what the reference promises; `path` names the place, such as `App.owner.email`.

    `status` is what the platform answered: a write was executed. `template` is the path of the endpoint.
    """

    path: str = field(repr=shown)
    reason: str = field(repr=shown)
    status: int | None = None
    method: str = field(default="", repr=shown)
    template: str = field(default="", repr=shown)
    request_id: str | None = field(default=None, repr=shown)

    def _summary(self) -> str:
        text = f"{foreign(self.path)}: {foreign(self.reason)}"
        if self.status is None:
            return text
        where = foreign(f"{self.method} {self.template}")
        return f"{text} ({where} was answered with {self.status}{_request(self.request_id)})"

    def _advice(self) -> str:
        if self.status is None:
            return ""
        advice = "`heroku.capture()` keeps responses as they are."
        return advice if reads(self.method) else f"The call was executed. {advice}"


@define(slots=False)
class PagingError(HerokuError):
    """A list cannot be walked to its end; `cursor` is the range that was answered so."""

    message: str = field(repr=shown)
    cursor: str = field(default="", repr=shown)
    method: str = field(default="GET", repr=shown)
    path: str = field(default="", repr=shown)
    request_id: str | None = field(default=None, repr=shown)

    def _summary(self) -> str:
        text = f"{foreign(f'{self.method} {self.path}')}: {foreign(self.message)} (range {foreign(self.cursor)!r}"
        return f"{text}{_request(self.request_id)}) What came before is complete; the rest of the list is not known."

    def _advice(self) -> str:
        return "Go on from pages.cursor later, or read the list in another order."
