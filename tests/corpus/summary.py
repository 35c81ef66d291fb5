"""Lines for the end of the run."""

import pytest

_LINES = pytest.StashKey[list[str]]()


def note(config: pytest.Config, line: str) -> None:
    """Show `line` in the corpus section of the summary."""
    config.stash.setdefault(_LINES, []).append(line)


def noted(config: pytest.Config) -> list[str]:
    """Return the lines in the order in which they came."""
    return config.stash.get(_LINES, [])
