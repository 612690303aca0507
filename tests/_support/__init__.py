"""What tests of several folders share: typed fakes, the virtual loop, and the search for secrets."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType


class _Plain:
    """Finds the modules of the library before pytest does, which would rewrite the asserts that they do not have.

    It does so with whatever belongs to a plugin, and takes as long for it as for the tests.
    """

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Where a module is; None for those of others."""
        return PathFinder.find_spec(name, path, target) if name.partition(".")[0] == "aioheroku" else None


sys.meta_path.insert(0, _Plain)
