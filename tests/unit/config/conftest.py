"""A configuration file in a folder of its own, and what `load` makes of it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor import config
from monitor.config import Settings
from monitor.errors import ConfigError
from monitor.match import FailedTest, origin_of, run_tests
from monitor.model import Entry, MessageFormat, Recipient, Secret

FORMATS = {"console": MessageFormat.CONSOLE, "slack": MessageFormat.SLACK, "mailto": MessageFormat.MAIL}
GAP = timedelta(seconds=1)

# Everything that a file can't do without. Tests put what they are about before it.
REST = """
[[channels]]
name = "desk"
url = "console:"
[[feeds]]
url = "https://example.org/feed.xml"
tags = ["world"]
[[rules]]
name = "truce"
query = "Ukraine ceasefire"
channels = ["desk"]
"""

Load = Callable[..., Settings]
Tell = Callable[..., list[str]]


def check_channel(url: str) -> tuple[Recipient, ...]:
    """Stand in for the notifier's check, which knows more kinds of channels; a comma stands between recipients."""
    kind, _, rest = url.partition(":")
    if kind not in FORMATS:
        raise ValueError("no service is called that")
    if "," not in rest:
        return (Recipient(name="", url=Secret(url), format=FORMATS[kind]),)
    return tuple(
        Recipient(name=name, url=Secret(f"{kind}:{name}"), format=FORMATS[kind], gap=GAP)
        for name in rest.split(",")
    )


def failed_tests(settings: Settings) -> Iterator[FailedTest]:
    """Run the tests of rules on their texts as they are; only the parser knows how to clean them."""
    origins = [origin_of(feed, None, "") for feed in settings.feeds]
    return run_tests(
        settings.rules, settings.groups, origins, lambda title, text: Entry(title=title, summary=text)
    )


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    monkeypatch.chdir(tmp_path)

    def load(text: str | bytes, files: config.Files | None = None, **environ: str) -> Settings:
        raw = text.encode() if isinstance(text, str) else text
        Path("config.toml").write_bytes(raw)
        return config.load(
            Path("config.toml"),
            environ,
            config.Files() if files is None else files,
            check_channel=check_channel,
            test_rules=failed_tests,
        )

    return load


@pytest.fixture
def tell(load: Load) -> Tell:
    """Return the lines that a user reads."""

    def tell(text: str | bytes, **environ: str) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            load(text, **environ)
        return str(caught.value).splitlines()

    return tell
