"""docs/messages.md says what the program does."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.alert.render.dialect import Dialect
from monitor.alert.render.mail import MAIL
from monitor.alert.render.slack import SLACK
from monitor.alert.render.text import TEXT
from monitor.model import Bulletin, Layout, MessageFormat, Occasion
from tests.support.newsroom import DIGEST, LONE, MORNING, OVERFLOW
from tests.unit.alert.alerts import rendered

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "messages.md").read_text(encoding="utf-8")
PICTURES = re.findall(r"!\[.+\]\((.+)\)", PAGE)


@pytest.mark.parametrize("picture", PICTURES)
def test_its_pictures_are_there_and_small(picture: str) -> None:
    assert 10_000 < (DOCS / picture).stat().st_size < 150_000


def test_every_picture_is_shown() -> None:
    # Those of the page are shown where that is described.
    page = re.findall(r"!\[.*?\]\((screens/.*?)\)", (DOCS / "web.md").read_text(encoding="utf-8"))
    pictures = sorted(f"screens/{path.name}" for path in (DOCS / "screens").iterdir())
    assert sorted([*PICTURES, *page]) == pictures


@pytest.mark.parametrize(("name", "dialect"), [("Slack", SLACK), ("mail", MAIL), ("plain text", TEXT)])
def test_it_tells_the_limit_of_a_format(name: str, dialect: Dialect) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| {name} |"))
    assert f"{dialect.limit:,}" in row


def test_its_samples_are_real() -> None:
    line = rendered(LONE, MessageFormat.CONSOLE, layout=Layout.SHORT).body.replace("*", "")
    assert f"    {line.rpartition(' · ')[0]}\n" in PAGE
    nothing = replace(DIGEST, alerts=(), total=0, rules={}, since=MORNING.replace(day=23))
    said = rendered(nothing, MessageFormat.CONSOLE, name="morning").body.splitlines()
    assert "".join(f"    {line}\n" for line in said) in PAGE


def test_its_titles_are_real() -> None:
    assert f"`{rendered(OVERFLOW, MessageFormat.MAIL).title}`" in PAGE
    quakes = replace(OVERFLOW, occasion=Occasion.GROUP, total=5, rules={"earthquakes": 5})
    assert f"`{rendered(quakes, MessageFormat.MAIL).title}`" in PAGE
    stories = tuple(replace(one, story=number % 4) for number, one in enumerate(DIGEST.alerts * 2))
    digest = Bulletin(
        occasion=Occasion.DIGEST, alerts=stories, total=12, rules=DIGEST.rules, since=DIGEST.since
    )
    assert f"`{rendered(digest, MessageFormat.MAIL, name='morning').title}`" in PAGE
