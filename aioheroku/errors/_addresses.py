"""Responses without the addresses that open a stream or a file: who has an error, pickled or not, could read them."""

from typing import Any, Final

import attrs

_LISTS: Final[Any] = (list, tuple)


def without_addresses(value: Any) -> Any:
    """A response, or a list of them, in which each secret address is `None`, or empty where it is never `None`."""
    kind = _kind(value)
    if kind in _LISTS:
        return kind(without_addresses(item) for item in value)
    if not attrs.has(kind):
        return value
    changed: dict[str, Any] = {}
    for field in attrs.fields(kind):
        found = getattr(value, field.name, None)
        if isinstance(found, str):
            if callable(field.repr) and field.name.endswith("url"):
                changed[field.name] = None if field.default is None else ""
        elif found is not None and (clean := without_addresses(found)) is not found:
            changed[field.name] = clean
    return attrs.evolve(value, **changed) if changed else value


def _kind(value: object) -> Any:
    return type(value)
