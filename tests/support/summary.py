"""Lines for the end of the run, also from tests that run in a worker of pytest-xdist.

The hooks are for the conftest.py at the top: the process that reports loads no other.
"""

from typing import Any

import pytest

_NOTES = pytest.StashKey[dict[str, list[str]]]()


def note(config: pytest.Config, section: str, *lines: str) -> None:
    """Show `lines` in that section of the summary, each once."""
    noted = config.stash.setdefault(_NOTES, {}).setdefault(section, [])
    noted += [line for line in lines if line not in noted]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the lines of a worker over."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["notes"] = session.config.stash.get(_NOTES, {})


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take the lines of a worker that has ended; one that crashed has left none."""
    for section, lines in getattr(node, "workeroutput", {}).get("notes", {}).items():
        note(node.config, section, *lines)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the lines."""
    for section, lines in sorted(config.stash.get(_NOTES, {}).items()):
        terminalreporter.section(section)
        for line in lines:
            terminalreporter.line(line)
