"""The counting rule: each line once over the sessions of a log, true duplicates included."""

import random
from collections.abc import Sequence

import pytest

from aioheroku._streams.repeats import HISTORY, WINDOW, Session, Window
from tests._support.streams import CASES
from tests._support.thorough import amount


def log(length: int, seed: int, kinds: int = 10**9) -> list[bytes]:
    """Lines with true duplicates: some come several times in a row, some again later, few kinds repeat often."""
    rng, lines = random.Random(seed), list[bytes]()
    while len(lines) < length:
        line = b"line %d" % rng.randrange(kinds)
        lines += [line] * rng.choice((1, 1, 1, 1, 2, 3))
        if lines and rng.random() < 0.1:
            lines.append(rng.choice(lines[-5:]))
    return lines[:length]


def shown(session: Session, lines: Sequence[bytes]) -> list[bytes]:
    """What a session shows of lines after its history."""
    are_new = session.are_new(lines)
    return [line for line, is_new in zip(lines, are_new or [True] * len(lines), strict=True) if is_new]


def begin(window: Window, history: Sequence[bytes], shown_lines: list[bytes]) -> Session:
    session = window.open()
    late, _ = session.settle(history)
    shown_lines += [history[index] for index in late]
    return session


@pytest.mark.parametrize("keep", [100, 1500])
@pytest.mark.parametrize("kinds", [10**9, 10_000])
def test_a_cut_is_bridged(keep: int, kinds: int) -> None:
    """A session breaks, the next one begins with a history: whatever was shown before and came meanwhile, each once."""
    for seed in range(amount(15, 60)):
        CASES["sessions"] += 1
        rng = random.Random(seed)
        lines = log(4000, seed, kinds)
        asked = rng.choice((1, 10, 100))
        window, found = Window(), list[bytes]()
        at = rng.randrange(asked + 30, 300)
        first = begin(window, lines[at - asked : at], found)
        start = at - asked
        while at < len(lines):
            end = min(len(lines), at + rng.randrange(1200 if keep == 1500 else 40))
            found += shown(first, lines[at:end])
            window.close(first)
            missed = min(len(lines), end + rng.randrange(200 if keep == 1500 else 20))
            first = begin(window, lines[max(0, missed - keep) : missed], found)
            at = missed
        assert found[1:] == lines[start + 1 :] or found == lines[start:]
        assert abs(len(found) - (len(lines) - start)) <= 3  # copies of the very first line count as known


def test_overlapping_sessions_are_one() -> None:
    """Two sessions read at once, each ahead by turns: every line once, in order."""
    for seed in range(200):
        CASES["overlaps"] += 1
        rng = random.Random(seed)
        lines = log(1200, seed)
        window, found = Window(), list[bytes]()
        old = begin(window, lines[:300], found)
        found += shown(old, lines[300:700])
        new = window.open()
        history = lines[: 700 + rng.randrange(50)]
        late, is_known = new.settle(history)
        found += [history[index] for index in late]
        assert is_known
        places = {old: 700, new: len(history)}
        while places[old] < 1000 or places[new] < 1000:
            one = rng.choice((old, new))
            end = min(1000, places[one] + rng.randrange(30))
            found += shown(one, lines[places[one] : end])
            places[one] = end
        window.close(old)
        found += shown(new, lines[1000:])
        assert found == lines


def test_older_lines_are_left_out() -> None:
    """A history that reaches back beyond what was asked for does not show it, duplicates of later lines included."""
    window, found = Window(), list[bytes]()
    first = begin(window, [b"c", b"d"], found)
    found += shown(first, [b"a"])
    begin(window, [b"a", b"b", b"c", b"d", b"a", b"e"], found)
    assert found == [b"c", b"d", b"a", b"e"]


def test_copies_of_the_first_line_are_known() -> None:
    """Of a run of the very first line nobody knows which was shown: the run is known."""
    window, found = Window(), list[bytes]()
    begin(window, [b"a"], found)
    begin(window, [b"x", b"a", b"a", b"a", b"b", b"a"], found)
    assert found == [b"a", b"b", b"a"]


def test_a_late_line_is_marked() -> None:
    """A new line that stands before a known one is late; one behind them is not."""
    window = Window()
    window.open().settle([b"a", b"b", b"d"])
    late, is_known = window.open().settle([b"a", b"b", b"c", b"d", b"e"])
    assert (late, is_known) == ({2: True, 4: False}, True)


def test_a_gap_is_known() -> None:
    """A history without any line that was shown says so."""
    window = Window()
    window.open().settle([b"a", b"b"])
    assert window.open().settle([b"c"]) == ({0: False}, False)
    assert window.open().settle([b"b", b"c"]) == ({}, True)
    assert window.open().settle([]) == ({}, False)


def test_a_duplicate_of_an_old_line_is_new() -> None:
    """What is older than the history cannot come again: the same bytes much later are another line."""
    window, found = Window(), list[bytes]()
    first = begin(window, [b"same"], found)
    found += shown(first, [b"%d" % number for number in range(2000)])
    window.close(first)
    second = begin(window, [b"%d" % number for number in range(500, 2000)], found)
    found += shown(second, [b"same"])
    assert found[-1] == b"same"
    assert len(found) == 2002


def test_memory_is_bounded() -> None:
    """Of a stream of any length 4,500 lines are remembered."""
    window, found = Window(), list[bytes]()
    session = begin(window, [], found)
    for number in range(20_000):
        shown(session, [b"%d" % number])
    assert len(window._lines) == WINDOW == 3 * HISTORY
    assert len(window._sessions) == 1


class BySet(Session):
    """The usual mistake: a line that was seen before is left out."""

    def settle(self, history: Sequence[bytes]) -> tuple[dict[int, bool], bool]:
        seen = set(self._window._lines)
        new = list[int]()
        for index, line in enumerate(history):
            if line not in seen:
                seen.add(line)
                new.append(index)
        self._before = None
        self._window.add([history[index] for index in new], self)
        return dict.fromkeys(new, False), True

    def are_new(self, lines: Sequence[bytes]) -> list[bool] | None:
        seen = set(self._window._lines)
        self._window.add(lines, self)
        return [line not in seen for line in lines]


def test_duplicates_by_set_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaving out whatever was seen before loses true duplicates, and does not pass the checks above."""
    monkeypatch.setattr("aioheroku._streams.repeats.Session", BySet)
    for check in (test_overlapping_sessions_are_one, lambda: test_a_cut_is_bridged(1500, 10_000)):
        with pytest.raises(AssertionError):  # noqa: TID251
            check()
