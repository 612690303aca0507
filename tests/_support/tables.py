"""A test of every row of a table, as one test: counting thousands of tests takes longer than running them."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


def every(cases: Iterable[T], name: Callable[[T], str] = str) -> Callable[[Callable[[T], None]], Callable[[], None]]:
    """Call the decorated function with each case, all of them even where some fail; the failure names those."""
    rows = list(cases)

    def decorate(test: Callable[[T], None]) -> Callable[[], None]:
        def run() -> None:
            failed: list[Exception] = []
            names: list[str] = []
            for row in rows:
                try:
                    test(row)
                except Exception as error:  # noqa: BLE001 - raised below
                    failed.append(error)
                    names.append(name(row))
            if failed:
                raise ExceptionGroup(", ".join(names), failed)

        about: Any = test
        run.__name__, run.__qualname__, run.__doc__, run.__module__ = (
            about.__name__, about.__qualname__, about.__doc__, about.__module__,
        )  # fmt: skip
        return run

    return decorate
