"""`full_text` of feeds and rules."""

import pytest

from monitor.model import FullText
from tests.unit.config.conftest import REST, Load


def test_without_a_word_pages_are_read_when_an_entry_is_about_a_rule(load: Load) -> None:
    settings = load(REST)
    assert [feed.full_text for feed in settings.feeds] == [FullText.AUTO]
    assert [rule.full_text for rule in settings.rules] == [FullText.AUTO]


@pytest.mark.parametrize("word", list(FullText))
def test_each_feed_and_each_rule_has_its_own(load: Load, word: FullText) -> None:
    text = REST.replace('tags = ["world"]', f'tags = ["world"]\nfull_text = "{word}"', 1)
    settings = load(text.replace("query =", f'full_text = "{word}"\nquery ='))
    assert [feed.full_text for feed in settings.feeds] == [word]
    assert [rule.full_text for rule in settings.rules] == [word]
