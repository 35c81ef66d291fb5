"""What all tests share. With NEWS_MONITOR_NO_SKIPS set (as .ci/run does) a skipped test is a failure."""

import os
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import settings

from tests.support import fuzz
from tests.support.summary import pytest_sessionfinish, pytest_terminal_summary, pytest_testnodedown

__all__ = ["pytest_sessionfinish", "pytest_terminal_summary", "pytest_testnodedown"]

settings.load_profile(fuzz.SAMPLE)  # --hypothesis-profile is heeded after it


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Have half as many test processes again as there are cores: much of the time they wait for a program."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("NEWS_MONITOR_NO_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"
    return report
