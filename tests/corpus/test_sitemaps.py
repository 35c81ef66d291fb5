"""Sitemaps of two sites: one as it is served, those of the other as their site's generator gets them."""

from pathlib import Path

import pytest

from monitor.model import Document, ParsedFeed, ParseFailed, ParseOutcome
from monitor.parse.feed import parse_feed
from tests.support.clock import NOON
from tests.support.summary import note


@pytest.fixture(scope="module")
def outcomes(corpora: Path, pytestconfig: pytest.Config) -> dict[str, ParseOutcome]:
    folder = corpora / "sitemaps"
    outcomes = {
        str(path.relative_to(folder)): parse_feed(
            Document(url=f"https://{path.parent.name}.example/{path.name}", body=path.read_bytes()), NOON
        )
        for path in sorted(folder.rglob("*.xml"))
    }
    read = [outcome for outcome in outcomes.values() if isinstance(outcome, ParsedFeed)]
    pages = sum(len(outcome.entries) for outcome in read)
    note(pytestconfig, "corpus", f"{len(outcomes)} sitemaps: {len(read)} read, {pages} pages")
    return outcomes


def test_a_news_sitemap_is_read(outcomes: dict[str, ParseOutcome]) -> None:
    outcome = outcomes["cybercrimeinfo/news-sitemap.xml"]
    assert isinstance(outcome, ParsedFeed)
    (entry,) = outcome.entries
    assert entry.link
    assert entry.title.startswith("Het datalek")
    assert entry.published_at


def test_a_template_of_a_sitemap_is_refused_with_a_reason(outcomes: dict[str, ParseOutcome]) -> None:
    for name in ("moab/news-sitemap.xml", "moab/sitemap.xml"):
        outcome = outcomes[name]
        assert isinstance(outcome, ParseFailed)
        assert outcome.detail
