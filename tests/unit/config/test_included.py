"""Feeds in files of their own: included TOML and subscription lists."""

from pathlib import Path

import pytest

from tests.unit.config.conftest import REST, Load, Tell

A = '[[feeds]]\nurl = "https://a.example/feed"\n'
OPML = (
    '<opml>\n<outline text="World"><outline text="B" xmlUrl="https://b.example/feed"/></outline>\n{}</opml>\n'
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    (tmp_path / "feeds.d").mkdir()
    return tmp_path


def test_feeds_come_from_included_files_in_order_and_from_lists(load: Load, folder: Path) -> None:
    (folder / "feeds.d/b.toml").write_text('[[feeds]]\nurl = "https://${HOST}/"\ntags = ["x"]\n')
    (folder / "feeds.d/a.toml").write_text(A)
    (folder / "feeds.d/.hidden.toml").write_text("nonsense")
    (folder / "list.opml").write_text(OPML.format(""))
    settings = load(f'include = ["feeds.d/*.toml"]\nopml = "list.opml"\n{REST}', HOST="x.example")
    assert [(feed.url, feed.name, sorted(feed.tags)) for feed in settings.feeds] == [
        ("https://example.org/feed.xml", None, ["world"]),
        ("https://a.example/feed", None, []),
        ("https://${HOST}/", None, ["x"]),
        ("https://b.example/feed", "B", ["world"]),
    ]
    assert settings.feeds[2].request_url.reveal() == "https://x.example/"
    assert settings.remarks() == ()


def test_all_feeds_and_tags_may_stand_in_other_files(load: Load, folder: Path) -> None:
    (folder / "list.opml").write_text(OPML.format(""))
    text = f'opml = ["list.opml"]\n{REST}tags = ["world"]'.replace(A, "")
    text = text.replace('[[feeds]]\nurl = "https://example.org/feed.xml"\ntags = ["world"]\n', "")
    assert [feed.url for feed in load(text).feeds] == ["https://b.example/feed"]


def test_a_pattern_that_names_nothing_is_no_mistake(load: Load) -> None:
    assert len(load(f'include = "feeds.d/*.toml"\nopml = []\n{REST}').feeds) == 1


def test_the_main_file_may_lie_in_the_folder_that_it_includes(load: Load, folder: Path) -> None:
    (folder / "more.toml").write_text(A)
    assert (
        len(load(f'include = ["*.toml", "{folder}/more.toml"]\n{REST}'.replace(str(folder) + "/", "")).feeds)
        == 2
    )


def test_mistakes_are_told_with_their_own_file_and_line(tell: Tell, folder: Path) -> None:
    (folder / "feeds.d/a.toml").write_text(
        "[[feeds]]\nname = 'x'\nurl = \"ftp://a.example\"\n[[feeds]]\nurl = '${NO}'\n"
    )
    (folder / "feeds.d/b.toml").write_text("[[feeds]]\nurl = \n")
    (folder / "feeds.d/c.toml").write_text(f'{A}[[rules]]\nname = "x"\n[feeds.headers]\nHost = "x"\n')
    (folder / "feeds.d/d.toml").write_text('include = ["e.toml"]\nfeeds = 1\n')
    lines = tell(f'include = "feeds.d/*.toml"\n{REST}tags = ["nowhere"]\n[monitor]\ntimezone = "x"\n')
    assert lines == [
        'config.toml:15: monitor.timezone: is not a time zone; write a name such as "Europe/Berlin" or "UTC"',
        'feeds.d/a.toml:3: feeds.1.url: must be an http or https address; such as "https://example.org/feed.xml"',
        "feeds.d/a.toml:5: feeds.2.url: the environment variable NO is not set; set it before the start",
        'feeds.d/b.toml:2: not valid TOML at column 7: invalid value; text goes in quotes, as in name = "desk"',
        "feeds.d/c.toml:3: rules: only [[feeds]] may stand in an included file; move it to config.toml",
        "feeds.d/c.toml:6: feeds.1.headers.Host: is not for headers; it follows from url",
        "feeds.d/d.toml:1: include: only [[feeds]] may stand in an included file; move it to config.toml",
        "feeds.d/d.toml:2: feeds: must be a list of tables; write [[feeds]], with two brackets",
    ]


def test_a_feed_given_twice_is_told_with_both_places(tell: Tell, folder: Path) -> None:
    (folder / "feeds.d/a.toml").write_text(A + REST[REST.index("[[feeds]]") : REST.index("[[rules]]")] + A)
    assert tell(f'include = "feeds.d/a.toml"\n{REST}') == [
        "feeds.d/a.toml:4: feeds.2.url: the same feed as in config.toml:7; keep one, with the tags of both",
        "feeds.d/a.toml:7: feeds.3.url: the same feed as on line 2; keep one, with the tags of both",
    ]


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ('include = ["feeds.d/none.toml"]', "config.toml:1: include.1: there is no file feeds.d/none.toml"),
        ('include = ["feeds.d"]', 'config.toml:1: include.1: is a folder; write "feeds.d/*.toml"'),
        ('opml = "none.opml"', "config.toml:1: opml: none.opml can't be read: no such file or directory"),
        (
            "include = 1",
            'config.toml:1: include: must be the name of a file or a list of them; such as "feeds.d/*.toml"',
        ),
        ('opml = "empty.opml"', "empty.opml: there is no feed in it"),
        ('opml = "broken.opml"', "broken.opml:2: an outline has no xmlUrl"),
    ],
)
def test_files_that_give_no_feeds(tell: Tell, folder: Path, keys: str, told: str) -> None:
    (folder / "empty.opml").write_text("<opml/>")
    (folder / "broken.opml").write_text('<opml>\n<outline xmlUrl=""/></opml>')
    assert tell(f"{keys}\n{REST}") == [told]


def test_a_key_in_the_wrong_place_is_sent_to_the_top(tell: Tell) -> None:
    assert tell(f'[monitor]\ninclude = "a.toml"\n{REST}') == [
        (
            "config.toml:2: monitor.include: stands inside of [monitor]; "
            "move it to the top of the file, above the first [table]"
        )
    ]


def test_what_a_list_loses_is_told_and_stops_nothing(load: Load, folder: Path) -> None:
    more = (
        '<outline xmlUrl="ftp://c.example"/>\n<outline text="mine" xmlUrl="https://example.org/feed.xml"/>\n'
    )
    (folder / "list.opml").write_text(OPML.format(more))
    (folder / "more.opml").write_text(OPML.format(""))
    settings = load(f'opml = ["list.opml", "more.opml"]\n{REST}')
    assert [feed.url for feed in settings.feeds] == ["https://example.org/feed.xml", "https://b.example/feed"]
    assert settings.feeds[0].name is None
    assert [str(remark) for remark in settings.remarks()] == [
        "list.opml:3: xmlUrl must be an http or https address",
        "list.opml:4: the same feed as in config.toml:6, whose settings hold",
        "more.opml:2: the same feed as in list.opml:2, whose settings hold",
    ]


def test_what_looks_like_a_reference_in_a_list_is_none(load: Load, folder: Path) -> None:
    (folder / "list.opml").write_text(
        '<opml><outline text="${HOME}" xmlUrl="https://a.example/?q=${HOME}"/></opml>'
    )
    feed = load(f'opml = "list.opml"\n{REST}', HOME="hush").feeds[1]
    assert (feed.name, feed.request_url.reveal()) == ("${HOME}", "https://a.example/?q=${HOME}")


def test_a_password_in_a_list_is_a_secret(load: Load, folder: Path) -> None:
    (folder / "list.opml").write_text('<opml><outline xmlUrl="https://bob:hush-hush@a.example/"/></opml>')
    settings = load(f'opml = "list.opml"\n{REST}')
    assert settings.feeds[1].url == "https://bob:***@a.example/"
    assert "hush-hush" in settings.secrets
    assert "hush" not in repr(settings)


def test_the_name_of_a_file_may_be_a_reference(load: Load, tell: Tell, folder: Path) -> None:
    (folder / "list.opml").write_text(OPML.format(""))
    text = f'opml = "${{LIST}}"\n{REST}tags = ["world", "nowhere"]'
    assert tell(text) == [
        "config.toml:1: opml: the environment variable LIST is not set; set it before the start"
    ]
    assert len(load(text.replace(', "nowhere"', ""), LIST="list.opml").feeds) == 2
