"""The owner is told how feeds do."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.acceptance.cli.place import CONSOLE, Place
from tests.support.daemon import REPOSITORY
from tests.support.feed_server import Answer
from tests.support.sinks import SmtpSink


@pytest.fixture
def mail() -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        yield sink


def own(place: Place, owner: str) -> None:
    text = place.config.read_text(encoding="utf-8")
    place.config.write_text(text.replace("[monitor]\n", f"[monitor]\nowner = {owner}\n"), encoding="utf-8")


def test_a_feed_that_is_gone_is_one_mail_even_when_killed_before_it_was_sent(
    place: Place, mail: SmtpSink
) -> None:
    channel = f'[[channels]]\nname = "ops"\nurl = "{mail.url(to="ops@example.org")}"\n'
    place.configure(channels=CONSOLE + channel)
    place.feeds.script("/world.xml", Answer(410))
    own(place, '"ops"')
    arguments = ["-m", "tests.support.die_before_send", "run", "--once", "--config", str(place.config)]
    killed = subprocess.run(
        [sys.executable, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert killed.returncode == -9, killed.stderr
    assert mail.mails == []

    for _ in range(2):
        place.run("run", "--once")
    (one,) = mail.mails
    assert one.message["Subject"] == f"news-monitor: {place.feeds.url('/world.xml')} is gone"
    assert one.recipients == ("ops@example.org",)
    assert "is gone for good, says its server" in " ".join(one.text("plain").split())
    assert [feed["state"] for feed in place.json("status")["feeds"]] == ["gone"]


def test_without_an_owner_it_is_one_line_in_the_log(place: Place) -> None:
    place.feeds.script("/world.xml", Answer(410))
    done = place.run("run", "--once")
    (line,) = [line for line in done.stderr.splitlines() if " notice " in line]
    assert " warning " in line
    assert "is gone" in line
    assert " notice " not in place.run("run", "--once").stderr


@pytest.mark.parametrize(
    ("owner", "told"),
    [
        ('"consle"', 'monitor.owner: no channel has this name; did you mean "console"? channels: "console"'),
        ('["console", "ops"]', 'monitor.owner.2: no channel has this name; channels: "console"'),
        ("7", "monitor.owner: must be text; put it in quotes"),
        ('["console", ""]', "monitor.owner: is empty"),
    ],
)
def test_an_owner_is_one_of_the_channels(place: Place, owner: str, told: str) -> None:
    own(place, owner)
    done = place.run("check")
    assert done.returncode != 0
    assert told in done.stdout + done.stderr
