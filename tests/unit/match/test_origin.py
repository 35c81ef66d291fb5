"""Where an entry comes from, as rules see it."""

from dataclasses import replace

import pytest

from monitor.match.origin import origin_of
from monitor.model import FullText, Origin, RequestExtras
from tests.support.polls import feed_spec


def test_what_is_configured_counts_more_than_what_documents_say() -> None:
    spec = feed_spec(
        tags=frozenset({"world"}),
        extras=RequestExtras(language="pt-BR"),
        full_text=FullText.NEVER,
    )
    assert origin_of(replace(spec, name="Desk"), "de", "World") == Origin(
        url=spec.url, name="Desk", tags=frozenset({"world"}), language="pt", full_text=FullText.NEVER
    )


def test_else_documents_say_it() -> None:
    origin = origin_of(feed_spec(), "de", "World")
    assert (origin.name, origin.language) == ("World", "de")


@pytest.mark.parametrize("tag", ["x-klingon", "zxx"])
def test_a_configured_tag_without_a_language_leaves_it_to_the_documents(tag: str) -> None:
    spec = feed_spec(extras=RequestExtras(language=tag))
    assert origin_of(spec, "de", "").language == "de"
    assert origin_of(spec, None, "").language is None


def test_a_feed_without_any_name_is_called_by_its_address() -> None:
    assert origin_of(feed_spec(), None, "").name == feed_spec().url
