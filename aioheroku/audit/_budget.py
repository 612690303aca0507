"""The tokens that an audit may take: an app is started only if all its parts can still be read."""

import asyncio

from attrs import define, field

from aioheroku import _options


@define(eq=False)
class Budget:
    """A number of tokens for an audit, or for several audits together: `Audit(heroku, budget=Budget(1000))`.

    Args:
        tokens: the tokens that may be taken.

    Raises:
        InvalidRequest: it is not an integer of at least 1.
    """

    tokens: int
    spent: int = field(default=0, init=False)
    """The tokens that were taken."""
    exhausted: bool = field(default=False, init=False)
    """Whether there were not enough tokens for an app."""
    _reserved: int = field(default=0, init=False, repr=False)
    """Admitted calls that have not ended; each may take a token."""
    _ended: asyncio.Event = field(factory=asyncio.Event, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        _options.whole(self.tokens, "budget")

    def spend(self, tokens: int) -> None:
        """Count tokens of calls that need no admission, such as the list of apps."""
        self.spent += tokens

    async def admit(self, calls: int) -> bool:
        """Whether there are tokens for this number of calls, which are then reserved.

        Calls in progress may turn out to cost nothing, because a journal has their results: if it depends on these, it
        waits.
        """
        while self.spent + self._reserved + calls > self.tokens:
            if not self._reserved or self.spent + calls > self.tokens:
                self.exhausted = True
                return False
            self._ended.clear()
            await self._ended.wait()
        self._reserved += calls
        return True

    def settle(self, tokens: int) -> None:
        """A call that was admitted has ended, and took this number of tokens."""
        self._reserved -= 1
        self.spent += tokens
        self._ended.set()

    def release(self, calls: int) -> None:
        """This number of calls that were admitted will not be made."""
        self._reserved -= calls
        self._ended.set()


def budget_of(value: "int | Budget | None") -> Budget | None:
    """A number of tokens as a budget."""
    return value if value is None or isinstance(value, Budget) else Budget(value)
