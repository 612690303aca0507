"""Responses without the addresses of streams and files: anyone who gets an error, or its pickle, could read those."""

from typing import Any, Final

import attrs

_LISTS: Final[Any] = (list, tuple)


def without_addresses(value: Any) -> Any:
    """A response, or a list of them, in which each secret address is `None`, or empty if it cannot be `None`."""
    kind = _kind(value)
    if kind in _LISTS:
        return kind(without_addresses(item) for item in value)
    if not attrs.has(kind):
        return value
    changed: dict[str, Any] = {}
    for field in attrs.fields(kind):
        found = getattr(value, field.name, None)
        if (clean := _clean(field, found)) is not found:
            changed[field.name] = clean
    return attrs.evolve(value, **changed) if changed else value


def _clean(field: "attrs.Attribute[Any]", value: Any) -> Any:
    if not isinstance(value, str):
        return without_addresses(value)
    if not callable(field.repr) or not field.name.endswith("url"):
        return value
    return None if field.default is None else ""


def _kind(value: object) -> Any:
    return type(value)
