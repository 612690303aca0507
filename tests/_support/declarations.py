"""The declared endpoints by the names that users write."""

from typing import Any

from aioheroku import resources
from aioheroku._client.attributes import RESOURCES

CLASSES: dict[str, Any] = {name: getattr(resources, kind) for name, kind in RESOURCES.items()}
"""The operations of each resource."""
DECLARED: dict[tuple[str, str], Any] = {
    (name, method): function
    for name, cls in CLASSES.items()
    for method, function in vars(cls).items()
    if hasattr(function, "endpoint")
}
"""The methods that call an endpoint, by resource and name."""


def home(attribute: str) -> str:
    """The file to edit for a resource."""
    if attribute not in CLASSES:
        return f"aioheroku/resources/<family>/{attribute}.py"
    return str(CLASSES[attribute].__module__).replace(".", "/") + ".py"
