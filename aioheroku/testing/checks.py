"""Is a body what an endpoint can take?"""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from attrs import frozen

from .replies import Refusal, invalid
from .table import Row

_WORDS = {str: "a string", bool: "a boolean", int: "an integer", dict: "an object", list: "an array"}


@frozen
class Nullable:
    """A type that may be null as well."""

    kind: type


Kind = type | Nullable


def parameters(body: Any, required: Mapping[str, Kind], optional: Mapping[str, Kind]) -> Row:
    """The known parameters of a body; the ones that are not known are left aside.

    Refused with 422: a body without a required one, and a value of the wrong JSON type. Whether a value makes
    sense is the endpoint's business.
    """
    given = mapping(body)
    missing = [name for name in required if name not in given]
    if missing:
        raise invalid(f"Require params: {', '.join(missing)}.")
    kinds = {**required, **optional}
    taken = {name: given[name] for name in kinds if name in given}
    wrong = [(name, kinds[name]) for name, value in taken.items() if not fits(value, kinds[name])]
    if wrong:
        raise invalid("Invalid params: " + ", ".join(f"{name} must be {_say(kind)}" for name, kind in wrong) + ".")
    return taken


def mapping(body: Any) -> Row:
    """The body, which must be a JSON object; 400 where it is something else. No body is an empty object."""
    if body is None:
        return {}
    if not isinstance(body, dict):
        raise Refusal(400, "bad_request", "Unable to parse the JSON request body: an object was expected.")
    return cast("Row", body)


def fits(value: Any, kind: Kind) -> bool:
    """Whether a JSON value has this type; true and false are no integers."""
    if isinstance(kind, Nullable):
        return value is None or fits(value, kind.kind)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)


def strings(values: Mapping[str, Any], name: str) -> dict[str, str]:
    """An object whose values must all be strings."""
    wrong = [key for key, value in values.items() if not isinstance(value, str)]
    if wrong:
        raise invalid(f"Invalid params: values of {name} must be strings ({', '.join(wrong)}).")
    return dict(values)


def one_of(value: str, known: Iterable[str], name: str) -> str:
    """A word out of a set, in either case; the set's spelling comes back."""
    for word in known:
        if word.lower() == value.lower():
            return word
    raise invalid(f"Couldn't find that {name}.")


def _say(kind: Kind) -> str:
    return f"{_say(kind.kind)} or null" if isinstance(kind, Nullable) else _WORDS[kind]
