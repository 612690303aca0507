"""`Heroku.each` and `Heroku.plan`: many calls as one operation. Their code is imported when it is first used."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar, overload

from aioheroku import resources
from aioheroku.errors import Forbidden

if TYPE_CHECKING:
    from aioheroku._campaigns.campaign import Campaign
    from aioheroku._campaigns.journal import Journal
    from aioheroku._campaigns.plan import CampaignPlan
    from aioheroku._campaigns.run import Items, OnError
    from aioheroku._client.context import Core, View

Item = TypeVar("Item")
Value = TypeVar("Value")
P = ParamSpec("P")
CONCURRENCY: Final = 30
"""Default number of items at a time: for a fleet the token pool, not the network, is the bottleneck."""
Key = Callable[[Item], str]
Verify = Callable[[Item], Awaitable[Value | None]]


class Campaigns:
    """The part of a session that makes many calls as one operation."""

    _core: Core
    _view: View

    # A ParamSpec allows no other keywords beside it. So the first overload takes options, the second one further
    # arguments. The rest take both, one overload per option: they check all but the further arguments.
    @overload
    def each(
        self,
        call: Callable[[Item], Awaitable[Value]],
        items: Items[Item],
        /,
        *,
        concurrency: int = ...,
        budget: int | None = ...,
        journal: Journal | None = ...,
        key: Key[Item] | None = ...,
        verify: Verify[Item, Value] | None = ...,
        on_error: OnError = ...,
    ) -> Campaign[Item, Value]: ...
    @overload
    def each(
        self,
        call: Callable[Concatenate[Item, P], Awaitable[Value]],
        items: Items[Item],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Campaign[Item, Value]: ...
    @overload
    def each(
        self,
        call: Callable[Concatenate[Item, ...], Awaitable[Value]],
        items: Items[Item],
        /,
        *args: Any,
        concurrency: int,
        budget: int | None = ...,
        journal: Journal | None = ...,
        key: Key[Item] | None = ...,
        verify: Verify[Item, Value] | None = ...,
        on_error: OnError = ...,
        **kwargs: Any,
    ) -> Campaign[Item, Value]: ...
    @overload
    def each(
        self,
        call: Callable[Concatenate[Item, ...], Awaitable[Value]],
        items: Items[Item],
        /,
        *args: Any,
        journal: Journal | None,
        concurrency: int = ...,
        budget: int | None = ...,
        key: Key[Item] | None = ...,
        verify: Verify[Item, Value] | None = ...,
        on_error: OnError = ...,
        **kwargs: Any,
    ) -> Campaign[Item, Value]: ...
    @overload
    def each(
        self,
        call: Callable[Concatenate[Item, ...], Awaitable[Value]],
        items: Items[Item],
        /,
        *args: Any,
        budget: int | None,
        concurrency: int = ...,
        journal: Journal | None = ...,
        key: Key[Item] | None = ...,
        verify: Verify[Item, Value] | None = ...,
        on_error: OnError = ...,
        **kwargs: Any,
    ) -> Campaign[Item, Value]: ...
    @overload
    def each(
        self,
        call: Callable[Concatenate[Item, ...], Awaitable[Value]],
        items: Items[Item],
        /,
        *args: Any,
        on_error: OnError,
        concurrency: int = ...,
        budget: int | None = ...,
        journal: Journal | None = ...,
        key: Key[Item] | None = ...,
        verify: Verify[Item, Value] | None = ...,
        **kwargs: Any,
    ) -> Campaign[Item, Value]: ...
    def each(  # type: ignore[misc]  # a ParamSpec may hold anything, our keywords included
        self,
        call: Callable[..., Any],
        items: Iterable[Any] | AsyncIterable[Any],
        /,
        *args: Any,
        concurrency: int = CONCURRENCY,
        budget: int | None = None,
        journal: Journal | None = None,
        key: Callable[[Any], str] | None = None,
        verify: Callable[[Any], Awaitable[Any]] | None = None,
        on_error: OnError = "collect",
        **kwargs: Any,
    ) -> Campaign[Any, Any]:
        """Call `call(item, *args, **kwargs)` for each item: a campaign, whose outcomes come as they complete.

            async with heroku.each(heroku.dynos.list, apps) as outcomes:
                async for outcome in outcomes:
                    match outcome:
                        case Done(app, dynos): ...
                        case Failed(app, error): ...

        Args:
            call: a method of a resource (the value of a list method is the whole list), or any coroutine function.
            items: names, ids or objects of this library; also an async iterable such as `heroku.apps.list()`.
            args: further arguments of the call.
            concurrency: the number of items at a time.
            budget: the tokens that the campaign may take; when they are spent, no further item is started.
            journal: where outcomes are recorded, so that the same campaign can continue after an interruption.
            key: makes the name of an item in the journal; by default the item itself, or its id.
            verify: a coroutine function that checks an item whose write may have been executed: it returns a value if
                it was, `None` if not.
            on_error: `collect` continues after an error, `stop` starts no further item.
            kwargs: further keyword arguments of the call.

        Raises:
            InvalidRequest: an argument is not usable; `field` names it.
        """
        from aioheroku._campaigns.campaign import campaign  # noqa: PLC0415 - for those who use it

        return campaign(
            self._identify,
            call,
            items,
            args,
            kwargs,
            concurrency=concurrency,
            budget=budget,
            journal=journal,
            key=key,
            verify=verify,
            on_error=on_error,
            dry=self._view.options.dry_run,
        )

    def plan(
        self,
        call: Callable[..., Any],
        items: Collection[Any],
        /,
        *,
        calls: int = 1,
        concurrency: int = CONCURRENCY,
    ) -> CampaignPlan:
        """The price of a campaign before anything is sent: `str(plan)` is one line.

        Args:
            call: what would be given to `each`.
            items: the items, whose number is known.
            calls: the calls that `call` makes for an item.
            concurrency: the number of items at a time.

        Raises:
            InvalidRequest: an argument is not usable; `field` names it.
        """
        from aioheroku._campaigns.campaign import lists, number_of  # noqa: PLC0415 - as above
        from aioheroku._campaigns.plan import CampaignPlan  # noqa: PLC0415

        return CampaignPlan.of(
            self._core.pool, number_of(items), calls=calls, concurrency=concurrency, more_pages=lists(call)
        )

    async def _identify(self) -> str:
        """The id of the account, for the journal of a campaign; empty where the token may not read it."""
        try:
            return str((await resources.Accounts(self._view).info()).id)
        except Forbidden:
            return ""
