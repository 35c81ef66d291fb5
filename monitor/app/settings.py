"""Configuration -> Settings, its rules and channels tried, and what is noted of it; and texts to try rules on."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

from monitor import config, log
from monitor.config import Files, Settings
from monitor.match import FailedTest, origin_of, run_tests
from monitor.model import Entry
from monitor.notify import check_channel
from monitor.parse import fields
from monitor.threads import in_daemon_thread

# As long as a text may be that somebody tries a query on.
LONGEST_TEXT = 10_000_000


def load_settings(path: Path, environ: Mapping[str, str], files: Files | None = None) -> Settings:
    """Read the configuration. Raises ConfigError with every mistake in it; `files` knows what was read then, too."""
    files = Files() if files is None else files
    return config.load(path, environ, files, check_channel=check_channel, test_rules=_failed_tests)


async def tell_notes(settings: Settings) -> None:
    """Log that there are notes on the configuration, and the first of them. The loop serves others meanwhile."""
    notes = await in_daemon_thread(settings.remarks, "look for notes")
    if notes:
        log.event(
            logging.WARNING, "configuration", notes=len(notes), first=notes[0], all="news-monitor check"
        )


def entry_of(title: str, text: str) -> Entry:
    """Return a text as an entry, read as a feed's title and summary are: without HTML, and clean."""
    return fields.entry_of(title, text, LONGEST_TEXT)


def _failed_tests(settings: Settings) -> Iterator[FailedTest]:
    tested = any(rule.tests for rule in settings.rules)
    origins = [origin_of(feed, None, "") for feed in settings.feeds] if tested else []
    return run_tests(settings.rules, settings.groups, origins, fields.entry_of)
