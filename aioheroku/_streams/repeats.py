"""Removes repeated lines of overlapping log sessions, by counting: identical lines may be genuine."""

from collections import Counter, deque
from collections.abc import Sequence
from itertools import islice
from typing import Final

HISTORY: Final = 1500
"""Maximum lines of history of a log session: the platform keeps no more."""
WINDOW: Final = 3 * HISTORY
"""Number of delivered lines that are remembered."""


class Window:
    """The last lines that were delivered, from all sessions."""

    def __init__(self) -> None:
        self._lines: deque[bytes] = deque(maxlen=WINDOW)
        self._count = 0
        self._sessions: list[Session] = []

    def open(self) -> "Session":
        """A further session of the same log, whose lines are compared with those of the others."""
        session = Session(self, list(self._lines), self._is_whole)
        self._sessions.append(session)
        return session

    def close(self, session: "Session") -> None:
        """Forget a session that has ended."""
        self._sessions.remove(session)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was delivered yet."""
        return not self._count

    @property
    def _is_whole(self) -> bool:
        """Whether it still contains the very first line."""
        return self._count <= WINDOW

    def add(self, lines: Sequence[bytes], session: "Session") -> None:
        """Add lines that a session has delivered or filtered out."""
        self._lines.extend(lines)
        self._count += len(lines)
        for other in self._sessions:
            if other is not session:
                other.delivered_elsewhere(lines)


class Session:
    """The lines of one session: first its history as a whole, then line by line."""

    def __init__(self, window: Window, before: list[bytes], is_whole: bool) -> None:
        self._window = window
        self._before: list[bytes] | None = before
        """The lines delivered before, until the history is complete."""
        self._opened = len(before)
        self._is_whole = is_whole
        self._known = Counter[bytes]()
        """Afterwards: counts of lines that only other sessions have delivered so far."""

    def delivered_elsewhere(self, lines: Sequence[bytes]) -> None:
        """Another session has delivered lines, which will arrive here too."""
        if self._before is not None:
            self._before.extend(lines)
        else:
            self._known.update(lines)

    def settle(self, history: Sequence[bytes]) -> tuple[dict[int, bool], bool]:
        """The new lines of the session's history by their index, and whether any other line of it was known.

        Each is with whether it is late: a known line follows it. A line is skipped as often as it was delivered before.
        Everything before the very first delivered line is older than what was requested, so it is skipped as well, and
        so are copies directly after that line.
        """
        before, self._before = self._before or [], None
        start, older = self._overlap(before, history) if before and history else (None, 0)
        before = before[older:]
        new, last_known = _compared(history, before, start)
        self._known = _still_to_come(history, before, self._opened - older)
        self._window.add([history[index] for index in new], self)
        return {index: index < last_known for index in new}, last_known >= 0

    def _overlap(self, before: list[bytes], history: Sequence[bytes]) -> tuple[int | None, int]:
        """Where the very first delivered line is in the history, and how many delivered lines are older than that."""
        begins, after_it = _place(history, before) if self._is_whole else (0, 0)
        oldest, as_before = _place(before, history)
        if after_it and after_it >= as_before:
            return begins, 0
        return None, oldest if as_before else 0

    def are_new(self, lines: Sequence[bytes]) -> list[bool] | None:
        """Which of these lines, which follow the history, no other session has delivered; `None` means all."""
        known = self._known
        if not known:
            self._window.add(lines, self)
            return None
        are_new: list[bool] = []
        for line in lines:
            is_new = not known[line]
            if not is_new:
                known[line] -= 1
                if not known[line]:
                    del known[line]
            are_new.append(is_new)
        self._window.add([line for line, is_new in zip(lines, are_new, strict=True) if is_new], self)
        return are_new


def _compared(history: Sequence[bytes], before: list[bytes], start: int | None) -> tuple[list[int], int]:
    """Which lines of a history were not delivered before, and which is the last one that was, -1 for none.

    The very first delivered line is at `start`, if the history has it; copies directly after it were delivered too.
    """
    counts, in_run = Counter(before), start is not None
    new, last_known = list[int](), -1
    for index in range(start or 0, len(history)):
        line = history[index]
        in_run = in_run and line == before[0]
        if counts[line] > 0 or in_run:
            counts[line] -= 1
            last_known = index
        else:
            new.append(index)
    return new, last_known


def _place(where: Sequence[bytes], what: Sequence[bytes]) -> tuple[int, int]:
    """At which index the most lines are those at the beginning of `what`, and how many."""
    best, length = 0, 0
    for index, one in enumerate(where):
        if one != what[0]:
            continue
        found = 0
        for here, there in zip(islice(where, index, None), what, strict=False):
            if here != there:
                break
            found += 1
        else:
            return index, found
        if found > length:
            best, length = index, found
    return best, length


def _still_to_come(history: Sequence[bytes], before: list[bytes], opened: int) -> Counter[bytes]:
    """Lines that others delivered and that may still arrive: not in the history, but after the oldest known one of it.

    Older lines than the history's never arrive again, so a genuine duplicate of one is new.
    """
    there = Counter(history)
    oldest, missing = opened, list[int]()
    for index in range(len(before) - 1, -1, -1):
        if there[before[index]] > 0:
            there[before[index]] -= 1
            oldest = min(oldest, index)
        else:
            missing.append(index)
    return Counter(before[index] for index in missing if index >= oldest)
