"""Why a rule doesn't watch a feed."""

import pytest

from monitor.explain.wording import scope_trouble
from monitor.model import Origin, Rule

FEED = Origin(url="https://news.example/rss", name="Example", tags=frozenset({"world"}))


def rule(**options: object) -> Rule:
    sets = {name: frozenset({value}) for name, value in options.items()}
    return Rule(name="rule", query="truce", channels=("desk",), **sets)  # type: ignore[arg-type]  # any option


@pytest.mark.parametrize(
    ("option", "other", "own", "said"),
    [
        ("feeds", "Other", "Example", "the rule has feeds of its own (Other)"),
        ("not_feeds", "Example", "Other", "the feed is in the rule's not_feeds"),
        ("tags", "money", "world", "the rule asks for tags money; the feed has world"),
        ("not_tags", "world", "money", "the feed has the tag world, which is in the rule's not_tags"),
    ],
)
def test_the_condition_that_leaves_the_feed_out_is_named(
    option: str, other: str, own: str, said: str
) -> None:
    assert scope_trouble(rule(**{option: other}), FEED) == f"not watched: {said}"
    assert scope_trouble(rule(**{option: own}), FEED) is None
