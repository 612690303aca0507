"""Ranges: what is meant is sent, and what is received is sent back."""

from contextlib import suppress
from typing import Any

from hypothesis import example, given, strategies as st

from aioheroku import Range, errors
from aioheroku.testing._http.range_header import RangeHeader
from tests._support.secrets import watch

NAMES = st.sampled_from(["id", "name", "version", "updated_at"])
VALUES = st.none() | st.integers() | st.uuids() | st.text(max_size=12) | st.text("ab .;[]=,", max_size=6)
ARGUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "start": VALUES,
        "after": VALUES,
        "end": VALUES,
        "order": st.sampled_from(["asc", "desc"]),
        "max": st.integers(-1, 1002),
    },
)


@given(NAMES, ARGUMENTS)
@example("name", {"start": "a."})
@example("name", {"start": "a", "end": ".b"})
@example("name", {"start": "a b"})
@example("name", {"start": "a", "end": "b["})
def test_range_means_what_it_says_or_fails(field: str, arguments: dict[str, Any]) -> None:
    """The platform, with a parser of its own, finds exactly the bounds, order and size that were given."""
    try:
        made = Range(field, **arguments)
    except errors.InvalidRequest as error:
        watch.error(error)
        return
    span = RangeHeader.parse(str(made), (field,))
    lower = made.after if made.after is not None else made.start
    assert (span.field, span.start, span.after) == (field, lower, made.after is not None)
    assert (span.end, span.before, span.max, span.order) == (made.end, False, made.max, made.order)


@given(NAMES, ARGUMENTS)
def test_what_was_rendered_is_parsed_to_the_same(field: str, arguments: dict[str, Any]) -> None:
    """Text and fields survive the way out and back, so that a stored cursor is the range that it was."""
    with suppress(errors.InvalidRequest):
        made = Range(field, **arguments)
        assert Range.parse(str(made)) == made


@given(st.text() | st.from_regex(r"\A ?[a-z]{1,4} [\[\]]?[a-z.]*\.\.[a-z.]*[\[\]]?;[a-z=0-9, ;]*\Z"))
@example("id ..; max=" + "9" * 5000)
@example("id ..; max=\u0663")
def test_range_text_round_trips_or_fails(text: str) -> None:
    """Whatever the platform names as the next range is sent back; nothing in it can start another header."""
    try:
        parsed = Range.parse(text)
    except errors.InvalidRequest as error:
        watch.error(error)
        return
    assert str(parsed) == text
    assert text.isprintable()
