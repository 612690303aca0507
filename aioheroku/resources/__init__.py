"""The resources of the API: a model and its operations each, loaded when first used.

Type checkers and editors read the imports; at run time a name is looked up in `_HOMES`, so that a hundred resources
cost nothing until they are needed. A test holds both lists equal.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aioheroku.resources.apps import *
    from aioheroku.resources.config_vars import *
    from aioheroku.resources.identities import *

_HOMES = {
    "apps": ("App", "Apps"),
    "config_vars": ("ConfigVars",),
    "identities": ("Identity", "Person", "Reference"),
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
    return value


def __dir__() -> list[str]:
    return sorted(_MODULES)
