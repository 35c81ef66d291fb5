"""Subscription lists of feed readers, in and out."""

import stat
import tomllib

from tests.acceptance.cli.place import Place

LIST = """<opml version="2.0"><body>
<outline text="World News"><outline text="A &quot;b&quot; ${HOME}" xmlUrl="https://a.example/feed?x=1&amp;y=2"/></outline>
<outline text="page" htmlUrl="https://b.example/"/>
<outline text="here" xmlUrl="{url}"/>
</body></opml>
"""


def bring_list(place: Place) -> None:
    text = LIST.replace("{url}", place.feeds.url("/world.xml"))
    (place.folder / "list.opml").write_text(text, encoding="utf-8")


def test_a_list_becomes_toml_to_paste_without_what_is_configured_already(place: Place) -> None:
    bring_list(place)
    done = place.run("opml", "import", "list.opml")
    assert done.returncode == 0
    assert tomllib.loads(done.stdout)["feeds"] == [
        {"url": "https://a.example/feed?x=1&y=2", "name": 'A "b" $${HOME}', "tags": ["world-news"]}
    ]
    assert done.stderr.splitlines() == [
        "note: list.opml:3: an outline has no xmlUrl; try: news-monitor feeds discover https://b.example/",
        "note: list.opml:4: the feed is configured already",
    ]


def test_an_imported_file_is_watched_once_it_is_included(place: Place) -> None:
    bring_list(place)
    done = place.run("opml", "import", "list.opml", "--output", "feeds.d/reader.toml")
    assert done.returncode == 0
    assert "feeds.d/reader.toml is written: 1 feed." in done.stdout
    written = place.folder / "feeds.d" / "reader.toml"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    place.config.write_text(f'include = ["feeds.d/*.toml"]\n{place.config.read_text()}')
    assert "2 feeds" in place.run("check").stdout
    again = place.run("opml", "import", "list.opml", "--output", "feeds.d/again.toml")
    assert (again.returncode, again.stdout) == (
        0,
        "There is nothing new, feeds.d/again.toml is not written.\n",
    )


def test_a_file_that_exists_is_left_as_it_is(place: Place) -> None:
    bring_list(place)
    before = place.config.read_text()
    for command in (("import", "list.opml", "--output", "config.toml"), ("export", "config.toml")):
        done = place.run("opml", *command)
        assert done.returncode == 2
        assert "config.toml exists and is left as it is; name another file" in done.stderr
    assert place.config.read_text() == before


def test_a_list_without_feeds_or_without_a_file_says_so(place: Place) -> None:
    (place.folder / "list.opml").write_text("<html><body>")
    done = place.run("opml", "import", "list.opml")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "note: list.opml: is no OPML list: its first element is <html>\n"
    done = place.run("opml", "import", "none.opml")
    assert (done.returncode, done.stderr) == (2, "none.opml can't be read: no such file or directory\n")


def test_without_a_configuration_everything_is_new(place: Place) -> None:
    bring_list(place)
    place.config.unlink()
    done = place.run("opml", "import", "list.opml")
    assert (done.returncode, done.stdout.count("[[feeds]]")) == (0, 2)


def test_the_configured_feeds_are_exported_with_their_own_titles_and_without_secrets(place: Place) -> None:
    place.configure("/world.xml", "https://bob:hush-hush@c.example/feed")
    place.config.write_text(
        place.config.read_text().replace(
            "[[rules]]", '[[feeds]]\nurl = "https://d.example/${KEY}"\n[[rules]]'
        )
    )
    env = {"KEY": "key-key-key"}
    place.run("run", "--once", env=env)
    done = place.run("opml", "export", env=env)
    assert done.returncode == 0
    assert (
        f'text="Example World" title="Example World" xmlUrl="{place.feeds.url("/world.xml")}"' in done.stdout
    )
    assert done.stdout.count("xmlUrl") == 1
    assert done.stderr.splitlines() == [
        "note: https://bob:***@c.example/feed is left out: its address holds a secret",
        "note: https://d.example/${KEY} is left out: its address holds a secret",
    ]
    assert "hush" not in done.stdout + done.stderr


def test_an_exported_file_can_be_imported_and_subscribed_to(place: Place) -> None:
    assert place.run("opml", "export", "out.opml").stdout == "out.opml is written: 1 feed.\n"
    back = place.run("opml", "import", "out.opml", "--config", "none.toml")
    assert tomllib.loads(back.stdout)["feeds"][0]["url"] == place.feeds.url("/world.xml")
