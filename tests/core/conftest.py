"""What the tests of the core share."""

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def app() -> dict[str, Any]:
    """An app as the reference's example shows it."""
    payload: dict[str, Any] = json.loads((Path(__file__).parent / "payloads" / "app.json").read_text())
    return payload
