"""The reference in docs/ says what the program has: each key, each command and each of their options."""

from pathlib import Path

import pytest

from tests.support import reference


@pytest.mark.parametrize(
    ("page", "made"),
    [
        (reference.CONFIGURATION, reference.configuration),
        (reference.COMMANDS, reference.commands),
    ],
    ids=["configuration", "commands"],
)
def test_the_reference_is_as_the_program_is(page: Path, made: reference.Making) -> None:
    assert page.read_text(encoding="utf-8") == made(), "make it anew: python -m tests.support.reference"
