"""The words of the package and its documentation are those of the field."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGE = [*sorted((ROOT / "aioheroku").rglob("*.py")), *sorted((ROOT / "aioheroku").rglob("*.lua"))]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

BANNED = {
    r"\bunsettled\b": "uncertain, unknown outcome",
    r"\brepeatable\b": "idempotent",
    r"\blying\b": "unreliable",
    r"\btally\b": "summary",
    r"\b_pump\b": "_admit_next",
    r"\b_ring\b": "_on_timer",
    r"\boverhear\w*": "observe an unmetered response",
    r"(?<!there )\bis no (?!longer\b|error\b)\w+": "is not a",
    r"\bwhat became of\b": "the outcome of",
    r"\btells? (?:apart|of|how|what|which|whether|why|so)\b": "distinguish, report, say",
    r"\btells? \w+ apart\b": "distinguish",
    r"\bthe own\b": "your own",
    r"\bwas said\b": "was given, was stated",
    r"\bas far as is known\b": "estimated",
    r"\bwhoever\b": "the caller, the client, the one that",
    r"\bhears?(?: of)?\b|\bheard\b": "receives, acknowledged",
    r"\btold\b": "reported, distinguished",
    r"\bso many\b": "this many, this number of",
    r"\blest\b": "so that ... not",
    r"\bspoken for\b": "reserved",
    r"\bcame about\b": "failed, timed out",
    r"\bof late\b": "recently",
    r"\bsomebody else\b": "another client, given",
    r"\brepetitions?\b": "retry",
    r"\bno longer walk\b|\bon with the walk\b": "pagination",
    r"\b(?:an|the|its|no|late) answers?\b": "response",
    r"\bdef (?:tell|answer|hear|say)\(": "notify, respond",
    r"\b_WORDS\b": "a name that says which",
    r"\b_(?:\w+_)?(?:asked|said|told)\b|\b(?:asked|said|told)(?:_at)? [:=]": "requested, reported",
    r"\b_?tells?_\w+|\b_tell\b|\b_say\b": "print, report, write",
    r"\bby intent\b|\bby chance\b": "intentionally, with jitter",
    r"\b(?:until|when) something is so\b": "until a condition holds",
    r"\bcome about\b|\bhanded out by now\b": "established, delivered so far",
    r"\bas long as is said\b|\bas it was seen last\b": "for these seconds, as last seen",
}
"""Home-made words that were replaced, each with the word of the field."""


TEXTS = {path.relative_to(ROOT): path.read_text() for path in (*PACKAGE, *PAGES)}


@pytest.mark.parametrize("word", BANNED)
def test_home_made_words_stay_out(word: str) -> None:
    """Package, README and docs call each thing by the field's name: the replaced words do not come back."""
    pattern = re.compile(f".*(?:{word}).*", re.IGNORECASE)
    found = [
        f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match[0].strip()}"
        for path, text in TEXTS.items()
        if re.search(word, text, re.IGNORECASE)
        for match in pattern.finditer(text)
    ]
    assert not found, f"write {BANNED[word]!r} instead: {found}"
