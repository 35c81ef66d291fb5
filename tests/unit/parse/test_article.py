"""The main text of pages, and which pages have none."""

import json

import pytest

from monitor.model import ArticleText, Document, ParseFailed, Reason
from monitor.parse.article import MAX_TEXT, extract
from tests.support.pages import PARAGRAPHS, page

URL = "https://news.example/world/talks"


def extracted(body: bytes, content_type: str | None = "text/html", url: str = URL) -> str:
    outcome = extract(Document(url=url, body=body, content_type=content_type))
    assert isinstance(outcome, ArticleText), outcome
    return outcome.text


def refused(body: bytes, content_type: str | None = "text/html", url: str = URL) -> tuple[Reason, str]:
    outcome = extract(Document(url=url, body=body, content_type=content_type))
    assert isinstance(outcome, ParseFailed), outcome
    return outcome.reason, outcome.detail


def test_every_paragraph_of_an_article_is_a_line_of_its_text() -> None:
    lines = extracted(page()).split("\n")
    assert [line for line in lines if line in PARAGRAPHS] == list(PARAGRAPHS)


@pytest.mark.parametrize("length", [6, 2, 1])
def test_what_surrounds_an_article_is_not_its_text(length: int) -> None:
    text = extracted(page([" ".join(PARAGRAPHS[:2]), *PARAGRAPHS[2:]][:length], around="Truce in Sudan"))
    assert PARAGRAPHS[0] in text
    assert "Sudan" not in text
    assert "cookies" not in text


@pytest.mark.parametrize(
    ("content_type", "encoding", "declaration"),
    [
        ("text/html; charset=windows-1251", "cp1251", ""),
        ("text/html", "cp1251", '<meta charset="windows-1251">'),
        ("text/html", "cp1251", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'),
        ("text/html; charset=utf-8", "utf-8", '<meta charset="windows-1251">'),
        (None, "utf-16", ""),
        ("text/html; charset=iso-8859-1", "utf-8-sig", ""),
    ],
    ids=["header", "meta", "http-equiv", "header before meta", "utf-16 mark", "utf-8 mark"],
)
def test_text_is_decoded_as_header_or_page_say(
    content_type: str | None, encoding: str, declaration: str
) -> None:
    words = "Переговоры о прекращении огня начнутся немедленно, заявил он журналистам в среду вечером."
    html = page([words] * 1 + list(PARAGRAPHS)).decode().replace('<meta charset="utf-8">', declaration)
    assert words in extracted(html.encode(encoding, "replace"), content_type)


def test_a_page_that_names_latin_1_is_read_as_browsers_read_it() -> None:
    words = "“Peace talks” will begin – in Genève, the spokesman said, and all delegations are to take part."
    html = page([words, *PARAGRAPHS]).replace(b'charset="utf-8"', b'charset="iso-8859-1"').decode()
    assert words in extracted(html.encode("cp1252", "replace"))


def test_text_is_clean() -> None:
    spoilt = "Cease\u200bfire \u202etalks\u202c begin\x00 at once, " + PARAGRAPHS[0]
    text = extracted(page([spoilt, *PARAGRAPHS]))
    assert "Ceasefire talks begin at once" in text


def test_the_publishers_own_article_body_counts_when_it_is_longer() -> None:
    body = " ".join(PARAGRAPHS) + " And the word that only the scripts of this page would show is armistice."
    data = json.dumps({"@graph": [{"@type": "NewsArticle", "articleBody": f"<p>{body}</p>"}]})
    head = f'<script type="application/ld+json">{data}</script>'
    assert "armistice" in extracted(page(PARAGRAPHS[:2], head=head))


def test_a_teaser_as_article_body_does_not_replace_the_article() -> None:
    data = json.dumps({"@type": "NewsArticle", "articleBody": "A call, and an armistice."})
    text = extracted(page(head=f'<script type="application/ld+json">{data}</script>'))
    assert PARAGRAPHS[4] in text
    assert "armistice" not in text


@pytest.mark.parametrize("broken", ["{", "[" * 100_000, "null", '{"articleBody": 5}'])
def test_broken_structured_data_costs_nothing(broken: str) -> None:
    head = f'<script type="application/ld+json">{broken}</script>'
    assert PARAGRAPHS[4] in extracted(page(head=head))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/pdf", b"%PDF-1.7"),
        ("image/jpeg", b"\xff\xd8\xff"),
        ("application/json", b'{"a": "<p>"}'),
        ("text/plain; charset=utf-8", b"words"),
    ],
)
def test_what_is_no_html_is_refused_by_its_name(kind: str, body: bytes) -> None:
    reason, detail = refused(body, kind)
    assert reason is Reason.NOT_A_PAGE
    assert kind.partition(";")[0] in detail


@pytest.mark.parametrize("body", [b"", b"\x00" * 5_000, b"plain words " * 50])
def test_a_body_without_markup_is_no_page(body: bytes) -> None:
    assert refused(body, None)[0] is Reason.NOT_A_PAGE


CONSENT = [
    "Before you continue to Example News, we value your privacy.",
    "We and our 812 partners store and use cookies on your device. You can manage your cookie settings at any time.",
    "Accept all. Reject all. We use cookies to measure audiences and to show personalised advertising to you.",
]
CLOSED = [PARAGRAPHS[0], PARAGRAPHS[1], "Already a subscriber? Sign in to continue reading."]
NO_FREE = (
    '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (page(CONSENT), "consent page"),
        (page(CLOSED), "subscribers"),
        (page(PARAGRAPHS[:2], head=NO_FREE), "subscribers"),
        (
            page(["Enable JavaScript and cookies to continue, so that we know who you are, please."]),
            "browser",
        ),
        (page(["Loading."]), "characters of text"),
        (b"<html><body></body></html>", "only 0 characters"),
    ],
    ids=["consent", "paywall", "marked as closed", "browser check", "script page", "empty"],
)
def test_a_page_without_the_article_says_so(body: bytes, why: str) -> None:
    reason, detail = refused(body)
    assert reason is Reason.NO_TEXT
    assert why in detail


def test_a_short_article_that_speaks_of_itself_is_an_article() -> None:
    about = "This article is for information only and no advice; it is available to everybody who wants it."
    assert about in extracted(page([*PARAGRAPHS[:2], about]))


def test_an_article_that_is_shown_whole_though_marked_as_closed_is_read() -> None:
    assert PARAGRAPHS[5] in extracted(
        page([*PARAGRAPHS, *(f"Again: {text}" for text in PARAGRAPHS)], head=NO_FREE)
    )


def test_a_consent_host_is_no_article_however_much_it_says() -> None:
    reason, _ = refused(page(), url="https://consent.news.example/m?continue=x")
    assert reason is Reason.NO_TEXT


def test_an_open_article_about_cookies_and_subscribers_is_an_article() -> None:
    about = [*CONSENT, *CLOSED, *PARAGRAPHS, *(f"{number}: {text}" for number, text in enumerate(PARAGRAPHS))]
    assert "812 partners" in extracted(page(about, head=NO_FREE))


def test_a_long_text_is_cut() -> None:
    text = extracted(page([f"Paragraph {n}. {PARAGRAPHS[n % 6]}" for n in range(5_000)]))
    assert len(text) == MAX_TEXT


@pytest.mark.parametrize("opening", [b"<div>" * 3_000 + b"<i></i>" * 10_000, b"<x-a><x-b>" * 50_000])
def test_elements_too_deep_for_any_parser_are_refused_before_one_sees_them(opening: bytes) -> None:
    reason, detail = refused(page().replace(b"<main>", opening))
    assert reason is Reason.NOT_A_PAGE
    assert "deep" in detail


def test_a_tag_with_endless_attributes_loses_them_and_the_article_is_read() -> None:
    names = " ".join(f"a{number}=x" for number in range(200_000))
    assert PARAGRAPHS[4] in extracted(page().replace(b"<main>", f"<main><i {names}>".encode()))


def test_a_long_list_without_end_tags_is_not_deep() -> None:
    assert PARAGRAPHS[4] in extracted(
        page().replace(b"</main>", b"</main><ul>" + b"<li>1<br>" * 15_000 + b"</ul>")
    )
