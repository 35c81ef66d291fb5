"""Subscription lists: what is read from good, odd, broken and hostile ones, and what is written."""

import random
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.opml import ListedFeed, Subscriptions, read_opml, write_opml

A, B = "https://a.example/feed", "https://b.example/feed"


def read(body: str | bytes, head: str = '<opml version="2.0">\n') -> Subscriptions:
    raw = body if isinstance(body, bytes) else f"{head}{body}</opml>".encode()
    return read_opml(raw, "list.opml")


def urls(found: Subscriptions) -> list[str]:
    return [feed.url for feed in found.feeds]


def told(found: Subscriptions) -> list[str]:
    return [str(problem) for problem in found.problems]


def test_folders_and_categories_become_tags_in_one_form() -> None:
    found = read(
        f"""<body><outline text="World  News"><outline title="EUROPE">
        <outline text="A &amp; co" xmlUrl="{A}" category="/Politics/EU,europe"/></outline></outline>
        <outline text="B" type="rss" xmlUrl="{B}"/></body>"""
    )
    assert found.feeds == (
        ListedFeed(A, "A & co", ("world-news", "europe", "politics", "eu"), 3),
        ListedFeed(B, "B", (), 4),
    )
    assert found.problems == ()


def test_a_feed_in_two_folders_has_the_tags_of_both() -> None:
    found = read(
        f"""<outline text="x"><outline text="A" xmlUrl="{A}"/></outline>
        <outline text="y"><outline xmlUrl="https://A.example:443/feed#top"/></outline>"""
    )
    assert [(feed.url, feed.name, feed.tags) for feed in found.feeds] == [(A, "A", ("x", "y"))]


@pytest.mark.parametrize("attribute", ["xmlUrl", "xmlurl", "XMLURL", "x:xmlUrl"])
def test_the_address_is_found_however_it_is_spelled(attribute: str) -> None:
    assert urls(read(f'<outline {attribute}=" {A}\n"/>')) == [A]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("feed://a.example/x", "http://a.example/x"), ("feed:https://a.example/x", "https://a.example/x")],
)
def test_the_feed_scheme_is_http(written: str, meant: str) -> None:
    assert urls(read(f'<outline xmlUrl="{written}"/>')) == [meant]


def test_a_name_that_says_nothing_is_none() -> None:
    found = read(f'<outline text="{A}" xmlUrl="{A}"/><outline text=" &#x202e;" title="" xmlUrl="{B}"/>')
    assert [feed.name for feed in found.feeds] == [None, None]


@pytest.mark.parametrize(
    ("outline", "why"),
    [
        ('<outline text="x" type="rss"/>', "an outline has no xmlUrl"),
        ('<outline xmlUrl=" "/>', "an outline has no xmlUrl"),
        (
            '<outline htmlUrl="https://a.example/"/>',
            "an outline has no xmlUrl; try: news-monitor feeds discover https://a.example/",
        ),
        ('<outline xmlUrl="file:///etc/passwd"/>', "xmlUrl must be an http or https address"),
        ('<outline xmlUrl="feed:file:///etc/passwd"/>', "xmlUrl must be an http or https address"),
        ('<outline xmlUrl="javascript:alert(1)"/>', "xmlUrl must be an http or https address"),
        ('<outline xmlUrl="http://[a/"/>', "xmlUrl has a host that can't be read"),
        (
            '<outline type="include" url="http://a/x"/>',
            "an outline points to another list, which is not followed",
        ),
        (
            '<outline type="link" url="http://a/x.opml"/>',
            "an outline points to another list, which is not followed",
        ),
        ('<outline type="link" url="http://a/x"/>', "an outline is a link to a page, not a feed"),
    ],
)
def test_what_is_left_out_is_told_by_line(outline: str, why: str) -> None:
    found = read(f'{outline}\n<outline xmlUrl="{B}"/>')
    assert urls(found) == [B]
    assert told(found) == [f"list.opml:2: {why}"]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "list.opml: it is empty"),
        (b" \n", "list.opml: it is empty"),
        (b"<opml/>", "list.opml: there is no feed in it"),
        (b"<html><body><p>", "list.opml: is no OPML list: its first element is <html>"),
        (b"just text", "list.opml:1: broken XML, syntax error: what stands there is left out"),
        (b"<opml>" + b" " * 5_000_000, "list.opml: is larger than 5 MB; split it into several files"),
    ],
)
def test_a_file_without_a_feed_says_why(raw: bytes, why: str) -> None:
    found = read(raw)
    assert (found.feeds, told(found)) == ((), [why])


def test_damage_costs_one_outline_and_no_folder() -> None:
    found = read(
        f"""<body><outline text="World">
        <outline text="The "Times"" xmlUrl="{A}?a=1&b=2" />
        <outline text="B" xmlUrl="{B}" /></outline>
        <outline text="c" xmlUrl="https://c.example/"/></body>"""
    )
    assert [(feed.url, feed.name, feed.tags) for feed in found.feeds] == [
        (f"{A}?a=1&b=2", None, ("world",)),
        (B, "B", ("world",)),
        ("https://c.example/", "c", ()),
    ]
    assert told(found) == [
        "list.opml:3: broken XML, not well-formed (invalid token): only its address is read"
    ]


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (f'<outline text="R&eacute;sum&eacute; & more" xmlUrl="{A}"/>', ["Résumé & more"]),
        (f'<outline text="a" description="<p>Unescaped</p>" xmlUrl="{A}"/>', ["a"]),
        (f'<outline text="a&#0;&#55296;b&#99999999;" xmlUrl="{A}"/>', ["a b"]),
        (f'<outline text="a\x01" xmlUrl="{A}"/>', ["a"]),
        (f'<outline text="a &# b &#x; &;" xmlUrl="{A}"/>', ["a &# b &#x; &;"]),
    ],
)
def test_what_can_be_mended_is_no_problem(body: str, names: list[str]) -> None:
    found = read(body)
    assert ([feed.name for feed in found.feeds], told(found)) == (names, [])


def test_a_list_that_is_cut_off_or_doubled_is_read() -> None:
    one = f'<opml><body>\n<outline xmlUrl="{A}"/>\n</body></opml>\n'
    found = read((one + one.replace(A, B)).encode())
    assert (urls(found), told(found)) == ([A, B], ["list.opml:4: something stands after the end of the list"])
    found = read(one.removesuffix("</body></opml>\n").encode())
    assert (urls(found), told(found)) == ([A], ["list.opml:3: the list ends before its elements do"])


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-16", "utf-16"), ("cp1251", "windows-1251"), ("cp1252", "utf-8"), ("utf-8", "ascii")],
)
def test_a_list_is_read_in_its_encoding(encoding: str, declared: str) -> None:
    name = "Новини" if encoding != "cp1252" else "Überblick"
    raw = f'<?xml version="1.0" encoding="{declared}"?><opml><outline text="{name}" xmlUrl="{A}"/></opml>'
    assert [feed.name for feed in read(raw.encode(encoding)).feeds] == [name]


def test_entities_are_refused_whatever_they_are() -> None:
    for declaration in (
        '<!ENTITY a "b">',
        '<!ENTITY % a SYSTEM "http://127.0.0.1/x">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
    ):
        found = read(
            f'<!DOCTYPE opml [{declaration}]><opml><outline text="&a;" xmlUrl="{A}"/></opml>'.encode()
        )
        assert found.feeds == ()
        assert re.fullmatch(r"list.opml:1: the list declares XML entities, .* not read", told(found)[0])


@pytest.mark.parametrize(
    "raw",
    [
        b"<opml>" + b"<outline text='a'>" * 200_000,
        b"<opml><outline " + b" ".join(b"a%d='1'" % number for number in range(200_000)) + b"/></opml>",
        b"<outline xmlUrl='" * 200_000,
        b'<outline a="' * 300_000,
        b"&" * 4_900_000,
        b"<opml>" + b"<outline xmlUrl=''/>" * 200_000,
        b"<opml>" + b"".join(b"<outline xmlUrl='http://a.org/%d'/>" % number for number in range(60_000)),
        b'<?xml version="1.0" encoding="punycode"?>' + b"\xff-" * 1_000_000,
        b"<opml>" + b"</x>" * 1_000_000,
    ],
    ids=["depth", "attributes", "unclosed", "values", "ampersands", "problems", "feeds", "codec", "end tags"],
)
def test_a_hostile_list_is_read_in_bounded_time(raw: bytes) -> None:
    started = time.monotonic()
    found = read(raw)
    assert time.monotonic() - started < 10
    assert len(found.feeds) <= 50_000
    assert len(found.problems) <= 1_000
    assert found.feeds or found.problems


def test_what_is_written_is_read_again() -> None:
    feeds = (
        ListedFeed(A + "?a=1&b=2", 'The "Times" <world> & more', ("world", "press")),
        ListedFeed(B, None, ()),
        ListedFeed("https://c.example/", "C", ("art",)),
    )
    text = write_opml(feeds, "News & <more>")
    found = read(text.encode())
    assert {(feed.url, feed.name, feed.tags) for feed in found.feeds} == {
        (f.url, f.name, f.tags) for f in feeds
    }
    assert (found.problems, text.count("<outline text=")) == ((), 2)


@given(st.binary(max_size=300))
def test_any_bytes_give_feeds_or_a_reason(raw: bytes) -> None:
    found = read(raw)
    assert found.feeds or found.problems


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_a_mutilated_list_gives_feeds_or_a_reason(seed: int, cuts: int) -> None:
    chance = random.Random(seed)
    text = write_opml([ListedFeed(f"https://{n}.example/", f"<{n}>", ("a", "b")) for n in range(5)], "t")
    for _ in range(cuts):
        at = chance.randrange(len(text))
        text = (
            text[:at]
            + chance.choice(["", "<", '"', "&", "</outline>", "<outline>"])
            + text[at + chance.randrange(30) :]
        )
    found = read(text.encode())
    assert found.feeds or found.problems
    assert all(feed.url.startswith("http") for feed in found.feeds)
