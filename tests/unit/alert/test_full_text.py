"""What people read when the matched word stands only in the article."""

from dataclasses import replace

import pytest

from monitor.alert.excerpt import paragraphs
from monitor.match import compile_rules
from monitor.model import Alert, Entry, Message, MessageFormat, Origin, Rule
from tests.support.pages import PARAGRAPHS
from tests.unit.alert.alerts import PUBLISHED, READ, SEEN, rendered, words

TALKS = Entry(
    title="Trump confirms Ukraine-Russia peace talks will begin",
    summary="The two leaders spoke for more than an hour.",
    link="https://news.example/world/1",
    published_at=PUBLISHED,
)
TEXT = "\n".join(["Ukraine was not told.", *PARAGRAPHS])
SENTENCE = PARAGRAPHS[4]


def alert(text: str = TEXT, query: str = "Ukraine ceasefire", entry: Entry = TALKS) -> Alert:
    matcher = compile_rules([Rule(name="ukraine-ceasefire", query=query, channels=("desk",))])
    return Alert(
        id=1,
        entry=entry,
        feed_url="https://news.example/rss",
        feed_name="Example World",
        matches=matcher.match(entry, Origin(url="https://news.example/rss"), text).matches,
        created_at=SEEN,
        text=text,
    )


def console(told: Alert) -> list[str]:
    return rendered(told, MessageFormat.CONSOLE).body.splitlines()


@pytest.mark.parametrize("kind", READ)
def test_every_kind_of_message_shows_the_sentence_with_the_missing_word(kind: MessageFormat) -> None:
    message: Message = rendered(alert(), kind)
    said = words(message.body, kind).replace("*", "")
    assert SENTENCE in said
    assert PARAGRAPHS[3] not in said
    assert "Ukraine was not told" not in said


def test_the_missing_word_is_marked() -> None:
    assert console(alert())[1] == SENTENCE.replace("Ceasefire", "*Ceasefire*")


def test_each_missing_word_is_shown() -> None:
    _, shown, *_ = console(alert(query="Ukraine ceasefire Frankfurt"))
    assert "*Ceasefire*" in shown
    assert "*Frankfurt*" in shown
    assert len(shown) < 260


def test_paragraphs_that_are_apart_are_set_apart() -> None:
    text = "one a\ntwo\nthree b\nfour c"
    shown, found = paragraphs(text, [(4, 5), (16, 17), (23, 24)])
    assert shown == "one a … three b four c"
    assert [shown[start:end] for start, end in found] == ["a", "b", "c"]


def test_a_long_paragraph_is_cut_around_the_word() -> None:
    long = f"{'Before it, much. ' * 100}Then a ceasefire came. {'After it, more. ' * 100}"
    _, shown, *_ = console(alert(long))
    assert "Then a *ceasefire* came." in shown
    assert shown.startswith("…")
    assert shown.endswith("…")


def test_words_that_all_stand_in_the_headline_leave_the_summary_as_the_excerpt() -> None:
    entry = replace(TALKS, title="Ukraine ceasefire")
    assert console(alert("Nothing of it here.", entry=entry))[1] == TALKS.summary


def test_a_word_of_the_summary_is_not_missing() -> None:
    entry = replace(TALKS, summary="Ukraine hears of a ceasefire at last.")
    _, shown, *_ = console(alert("A CEASEFIRE came.\nGeneva rejoiced.", "Ukraine ceasefire Geneva", entry))
    assert shown == "*Geneva* rejoiced."


def test_hostile_text_of_a_page_is_shown_as_text() -> None:
    hostile = "<!channel> <script>alert(1)</script> ceasefire @everyone [x](http://evil.example)"
    assert "<script" not in rendered(alert(hostile), MessageFormat.MAIL).body
    assert "@everyone" not in rendered(alert(hostile), MessageFormat.TEXT).body
    assert "\n<!channel>" not in rendered(alert(hostile), MessageFormat.SLACK).body


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize(
    "query", ["author:Lee", "url:world", "site:news.example", "feed:news", "category:war"]
)
def test_what_was_found_outside_of_the_text_is_not_marked_in_it(kind: MessageFormat, query: str) -> None:
    entry = replace(TALKS, authors=("Ann Lee",), categories=("War",))
    told = alert("", query, entry)
    assert told.matches[0].hits
    plain = replace(told, matches=(replace(told.matches[0], hits=()),))
    assert rendered(told, kind) == rendered(plain, kind)
