import time

import pytest

from monitor.parse.html import html_to_text
from monitor.parse.text import clean_lines


def shown(html: str) -> str:
    return clean_lines(html_to_text(html), 20_000)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain words", "plain words"),
        ("line\nbreaks are\r\nblanks", "line breaks are blanks"),
        ("cease<b>fire</b> cease<wbr>fire", "ceasefire ceasefire"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<ul><li>one<li>two</ul>three", "one\ntwo\nthree"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<div>one<div>two</div>three</div>", "one\ntwo\nthree"),
        ("Q&amp;A &eacute; &#8217; &#x2019; &copy;", "Q&A é ’ ’ ©"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("&lt;b&gt; is bold", "<b> is bold"),
        ("a < b and AT&T > c", "a < b and AT&T > c"),
        ('<img src="ukraine.jpg" alt="truce"><a href="http://ceasefire.example">here</a>', "here"),
        ("a<script>ceasefire()</script>b<style>p{}</style>c", "abc"),
        ("a<noscript>x</noscript><template>y</template><svg><text>z</text></svg><iframe>w</iframe>b", "ab"),
        ('a<iframe src="x"/>b<script src="x" />c<svg/>d', "abcd"),
        ("a<iframe src=x>b <b>c</b>", "ab c"),
        ("a<!-- ceasefire -->b<?php c ?>d", "abd"),
        ("<p>unclosed <b>tags <i>everywhere", "unclosed tags everywhere"),
        ('<?xml version="1.0" encoding="iso-8859-1"?><p>é</p>', "é"),
        ('<meta charset="iso-8859-1"><p>乌克兰</p>', "乌克兰"),
        ("a\x00b\ud800c<b>d</b>", "abcd"),
        ("<b></b>", ""),
    ],
)
def test_html_becomes_the_text_that_a_reader_sees(html: str, text: str) -> None:
    assert shown(html) == text


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 20_000 + "deep" + "</div>" * 20_000,
        "<b>" * 60_000 + "deep",
        "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">deep</p>",
        '<img src="data:image/png;base64,' + "A" * 3_000_000 + '">deep',
        "<table><tr><td>" * 20_000 + "deep",
    ],
    ids=["nested", "inline", "attributes", "data url", "tables"],
)
def test_hostile_html_costs_little_and_keeps_its_words(html: str) -> None:
    started = time.monotonic()
    assert shown(html) == "deep"
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "html",
    ["<" * 300_000, "<a" * 150_000, "<!--" * 100_000, "&" * 300_000, "<a b='" * 90_000, "<" + "a" * 400_000],
)
def test_nonsense_costs_little(html: str) -> None:
    started = time.monotonic()
    shown(html)
    assert time.monotonic() - started < 5
