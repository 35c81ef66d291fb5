"""The query language by example: docs/query-language.toml holds, and docs/query-language.md says the same."""

import pytest

from monitor.match import compile_rules
from monitor.model import Origin, Rule
from tests.support.query_language import PAGE, Example, examples, page

ORIGIN = Origin(url="https://example.com/feed.xml", name="Example News", language="en")


@pytest.mark.parametrize("example", list(examples()), ids=str)
def test_a_query_finds_what_is_marked(example: Example) -> None:
    rule = Rule(name="rule", query=example.query, channels=("desk",), language=example.language)
    matcher = compile_rules([rule], example.groups)

    matches = matcher.match(example.entry, ORIGIN, example.text).matches

    assert bool(matches) is example.found
    found = {"title": example.entry.title, "summary": example.entry.summary, "text": example.text}
    for hit in reversed(matches[0].hits if matches else ()):
        if text := found.get(hit.field):
            found[hit.field] = f"{text[: hit.start]}[{text[hit.start : hit.end]}]{text[hit.end :]}"
    if "html" not in example.fields:
        assert found == example.marked


def test_the_page_is_written_from_the_examples() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.support.query_language"
