"""Range: which part of a list to request."""

import re
from typing import Final, Literal, Self
from uuid import UUID

import attrs

from aioheroku._options import one_of, whole
from aioheroku.errors import InvalidRequest, whole_number

MAX_PAGE: Final = 1000
_FIELD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BOUND: Final = re.compile(r"(?!.*\.\.)[^\s;\[\]]+")


def _bound(value: str | int | UUID | None) -> str | None:
    return str(value) if isinstance(value, int | UUID) else value


def _check_field(_: object, __: object, value: object) -> None:
    if not isinstance(value, str) or not _FIELD.fullmatch(value):
        raise InvalidRequest("expected the name of a field, such as 'id' or 'name'.", "range.field")


def _check_max(_: object, __: object, value: object) -> None:
    whole(value, "range.max", most=MAX_PAGE)


def _check_order(_: object, __: object, value: object) -> None:
    one_of(value, "range.order", ("asc", "desc"))


def _check_bound(_: object, attribute: "attrs.Attribute[str | None]", value: object) -> None:
    if value is None:
        return
    name = attribute.name
    if not isinstance(value, str) or not value.isprintable() or not _BOUND.fullmatch(value):
        problem = "it must not contain spaces, ';', '..' or brackets, which are part of the syntax."
        raise InvalidRequest(problem, f"range.{name}")
    if value.startswith(".") if name == "end" else value.endswith("."):
        raise InvalidRequest("it must not have a dot next to the '..' of the range.", f"range.{name}")


@attrs.frozen
class Range:
    """Which part of a list, in which order, and how many items per page.

    `Range("version", order="desc", max=1)` is sent as `version ..; max=1, order=desc`. `start` includes its value,
    `after` excludes it, `end` includes it and needs a start. Without `max` pages are as large as the API allows.
    See <https://devcenter.heroku.com/articles/platform-api-reference#ranges>.

    Raises:
        InvalidRequest: an argument that the API would reject, or for which it would return less than was meant.
    """

    field: str = attrs.field(default="id", validator=_check_field)
    start: str | None = attrs.field(default=None, kw_only=True, converter=_bound, validator=_check_bound)
    after: str | None = attrs.field(default=None, kw_only=True, converter=_bound, validator=_check_bound)
    end: str | None = attrs.field(default=None, kw_only=True, converter=_bound, validator=_check_bound)
    order: Literal["asc", "desc"] = attrs.field(default="asc", kw_only=True, validator=_check_order)
    max: int = attrs.field(default=MAX_PAGE, kw_only=True, validator=_check_max)
    text: str = attrs.field(default="", init=False, repr=False)
    """The value of the Range header."""

    def __attrs_post_init__(self) -> None:
        if self.start is not None and self.after is not None:
            raise InvalidRequest("give either start (included) or after (excluded), not both.", "range.after")
        if self.end is not None and self.start is None and self.after is None:
            raise InvalidRequest("the API takes an end only with a start: give start or after too.", "range.end")
        lower = f"]{self.after}" if self.after is not None else self.start or ""
        text = f"{self.field} {lower}..{self.end or ''}; max={self.max}"
        object.__setattr__(self, "text", f"{text}, order=desc" if self.order == "desc" else text)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a range, such as a `pages.cursor` or a Next-Range header; the text is sent unchanged.

        Raises:
            InvalidRequest: the text is not a range.
        """
        if not isinstance(text, str) or not text.isprintable() or not (word := _FIELD.match(text.lstrip())):
            raise InvalidRequest("expected a range such as 'id ]x..; max=1000'.", "range")
        found = _parts(text)
        parsed = cls(word.group())
        for name, value in {**found, "text": text}.items():
            object.__setattr__(parsed, name, value)
        return parsed

    def narrowed(self, max: int) -> "Range":
        """The same range with fewer items per page; a parsed one is returned unchanged."""
        return attrs.evolve(self, max=min(max, self.max)) if self._is_plain else self

    @property
    def is_whole(self) -> bool:
        """Whether it has no bounds and no parts that this class does not know."""
        return self._is_plain and self.start is None and self.after is None and self.end is None

    @property
    def _is_plain(self) -> bool:
        return attrs.evolve(self).text == self.text

    def __str__(self) -> str:
        return self.text


def _parts(text: str) -> dict[str, str | int]:
    """The parts of a range's text that are understood; the platform interprets the rest."""
    bounds, _, keys = text.partition(";")
    found: dict[str, str | int] = {**_bounds(bounds)}
    for key in keys.replace(";", ",").split(","):
        name, _, value = (part.strip() for part in key.partition("="))
        if name == "max" and (size := whole_number(value)) is not None:
            found["max"] = size
        elif name == "order" and value in ("asc", "desc"):
            found["order"] = value
    return found


def _bounds(text: str) -> dict[str, str]:
    """The bounds behind the field: `id ]a..b`."""
    lower, dots, upper = text.strip().partition(" ")[2].partition("..")
    if not dots:
        return {}
    lower = lower.strip()
    found = {"after": lower[1:]} if lower.startswith("]") else {"start": lower.removeprefix("[")}
    return {name: bound for name, bound in {**found, "end": upper.strip()}.items() if bound or name == "after"}


FULL = Range()
"""The whole list, in the endpoint's default order, 1000 items per page."""
