"""A monitor whose configuration is edited while it runs.

What concerns one process and its files is the same on any database, and runs on SQLite; one test has each of several workers reload.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import only_on
from tests.acceptance.reloading import HEAD, Newsroom, hang_up, headlines, rule
from tests.support import unwatching
from tests.support.daemon import Daemon
from tests.support.database import empty_database
from tests.support.feed_server import FeedServer
from tests.support.layouts import Layout
from tests.support.sinks import WebhookSink


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    with FeedServer() as feeds, WebhookSink() as sink:
        here = Newsroom(tmp_path, feeds, sink)
        here.publish("/a")
        here.publish("/b")
        here.write()
        yield here


@pytest.fixture
def shared(newsroom: Newsroom, layout: Layout) -> Iterator[Newsroom]:
    """The same on a database that monitors may share."""
    database = empty_database(layout.database, newsroom.folder)
    newsroom.database = database.url.reveal()
    newsroom.write()
    yield newsroom
    database.discard()


def polls(daemon: Daemon, feed: str, count: int = 2) -> None:
    """Wait until a feed has been polled so often from now on."""

    def of_feed(event: dict[str, object]) -> bool:
        return str(event.get("feed", "")).endswith(feed)

    seen = len(daemon.wait_for("polled", count=0, where=of_feed))
    daemon.wait_for("polled", count=seen + count, where=of_feed)


def test_a_new_rule_tells_without_a_restart(newsroom: Newsroom) -> None:
    with newsroom.start() as daemon:
        newsroom.write(rule("storms", "storm"), rule("quakes", "earthquake"))
        (event,) = daemon.wait_for("reloaded")
        newsroom.publish("/a", "An earthquake in Chile")
        newsroom.sink.wait_for(1)
        daemon.terminate()

    assert event["rules"] == "1 added (quakes)"
    assert headlines(newsroom.sink) == ["An earthquake in Chile"]


def test_notes_on_the_configuration_are_told_after_the_start_and_after_each_reload_that_changes_it(
    newsroom: Newsroom,
) -> None:
    newsroom.write(rule("storms", "storm or gale"))
    with newsroom.start() as daemon:
        daemon.wait_for("configuration")
        newsroom.write(rule("storms", "storm or gale"), rule("quakes", "earthquake and flood"))
        daemon.wait_for("configuration", count=2)
        daemon.terminate()

    told = [event for event in daemon.events if event["event"] in ("started", "reloaded", "configuration")]
    assert [event["event"] for event in told] == ["started", "configuration", "reloaded", "configuration"]
    # That everybody may read the file is one of them.
    assert [event["notes"] for event in told if event["event"] == "configuration"] == [2, 3]


def test_a_broken_file_leaves_the_old_one_in_force_and_its_mistakes_are_told_everywhere(
    newsroom: Newsroom,
) -> None:
    with newsroom.start() as daemon:
        newsroom.write(rule("storms", "storm AND"), head=HEAD.replace("poll_every", "pol_every"))
        daemon.wait_for("configuration refused, the one before stays in force")
        (notice,) = newsroom.sink.wait_for(1)
        said, as_json = newsroom.ask("status"), newsroom.ask("status", "--json")
        newsroom.publish("/a", "A storm is coming")
        newsroom.sink.wait_for(2)
        daemon.terminate()

    mistakes = daemon.wait_for("mistake in the configuration", count=2)
    assert [(one["line"], one["key"]) for one in mistakes] == [
        (2, "monitor.pol_every"),
        (
            next(at for at, line in enumerate(newsroom.config.read_text().splitlines(), 1) if "AND" in line),
            "rules.1.query",
        ),
    ]
    assert 'did you mean "poll_every"?' in mistakes[0]["advice"]
    assert json.loads(notice.body)["subject"] == "2 mistakes in the configuration"
    assert said.returncode == 0
    assert "what stands there now has 2 mistakes and is refused:" in said.stdout
    assert "monitor.pol_every: unknown key" in said.stdout
    status = json.loads(as_json.stdout)["configuration"]
    assert (status["mistakes"], status["problems"][0]["key"]) == (2, "monitor.pol_every")
    assert headlines(newsroom.sink) == ["A storm is coming"]


@only_on(Layout.POSTGRESQL, Layout.THREE_WORKERS)  # on SQLite, the two above
def test_each_worker_goes_by_the_new_file_and_none_by_a_broken_one(shared: Newsroom, layout: Layout) -> None:
    with shared.start_all(layout.workers) as workers:
        shared.write(rule("storms", "storm"), rule("quakes", "earthquake"))
        reloaded = workers.wait_for("reloaded", count=layout.workers)
        shared.publish("/a", "An earthquake in Chile")
        shared.sink.wait_for(1)
        shared.write(rule("storms", "storm AND"))
        workers.wait_for("configuration refused, the one before stays in force", count=layout.workers)
        shared.sink.wait_for(2)
        shared.publish("/a", "An earthquake in Peru")
        shared.sink.wait_for(3)
        assert workers.terminate() == 0

    assert {event["rules"] for event in reloaded} == {"1 added (quakes)"}
    assert headlines(shared.sink) == ["An earthquake in Chile", "An earthquake in Peru"]
    messages = [json.loads(request.body) for request in shared.sink.requests]
    assert [message["subject"] for message in messages if message["type"] != "alert"] == [
        "a mistake in the configuration"
    ]


def test_a_text_that_is_no_toml_is_told_by_status_as_well(newsroom: Newsroom) -> None:
    with newsroom.start() as daemon:
        newsroom.put(newsroom.config, newsroom.text() + '\n[[rules]]\nname = "half\n')
        daemon.wait_for("configuration refused, the one before stays in force")
        said, quiet = newsroom.ask("status"), newsroom.ask("status", "--quiet")
        daemon.terminate()

    assert "has 1 mistake and is refused:" in said.stdout
    assert "not valid TOML" in said.stdout
    assert quiet.returncode == 0


def test_the_same_mistakes_are_told_once_and_the_good_file_is_told_as_well(newsroom: Newsroom) -> None:
    good = newsroom.text()
    with newsroom.start() as daemon:
        newsroom.put(newsroom.config, good + "surplus = 1\n")
        daemon.wait_for("configuration refused, the one before stays in force")
        hang_up(daemon)
        daemon.wait_for("configuration refused, the one before stays in force", count=2)
        newsroom.sink.wait_for(1)
        newsroom.put(newsroom.config, good)
        (event,) = daemon.wait_for("reloaded, nothing has changed")
        daemon.terminate()

    assert len(daemon.wait_for("mistake in the configuration", count=0)) == 1
    assert event["level"] == "info"


def test_sighup_reads_a_file_that_nobody_watches(newsroom: Newsroom) -> None:
    with newsroom.start(RAIN="flood") as daemon:
        hang_up(daemon)
        daemon.wait_for("reloaded, nothing has changed")
        assert daemon.process.poll() is None
        assert daemon.terminate() == 0


def test_included_files_come_go_and_change(newsroom: Newsroom) -> None:
    (newsroom.folder / "feeds.d").mkdir()
    newsroom.put(newsroom.config, f'include = ["feeds.d/*.toml"]\n{newsroom.text()}')
    more = newsroom.folder / "feeds.d" / "more.toml"
    with newsroom.start() as daemon:
        newsroom.put(more, f'[[feeds]]\nurl = "{newsroom.feeds.url("/b")}"\n')
        daemon.wait_for("baseline", count=2)
        newsroom.put(more, "[[feeds]]\nurl = 5\n")
        (mistake,) = daemon.wait_for("mistake in the configuration")
        more.unlink()
        daemon.wait_for("reloaded", count=2)
        daemon.terminate()

    assert (mistake["file"], mistake["line"]) == (str(more), 2)
    told = [event["feeds"] for event in daemon.wait_for("reloaded", count=2)]
    assert told == [f"1 {how} ({newsroom.feeds.url('/b')})" for how in ("added", "removed")]


def test_a_subscription_list_is_watched(newsroom: Newsroom) -> None:
    listed = '<opml version="2.0"><body>{}</body></opml>'
    outline = '<outline type="rss" text="{0}" xmlUrl="{0}"/>'
    file, (one, two) = newsroom.folder / "feeds.opml", map(newsroom.feeds.url, ("/a", "/b"))
    file.write_text(listed.format(outline.format(one)))
    newsroom.put(newsroom.config, f'opml = "feeds.opml"\n{newsroom.text(feeds=())}')
    with newsroom.start() as daemon:
        newsroom.put(file, listed.format(outline.format(one) + outline.format(two)))
        daemon.wait_for("baseline", count=2)
        daemon.terminate()


def test_a_secret_in_a_file_is_watched_and_the_channel_leads_elsewhere_from_then_on(
    newsroom: Newsroom,
) -> None:
    secret = newsroom.folder / "desk_url"
    secret.write_text(newsroom.hook("/old-hush"))
    text = newsroom.text().replace(newsroom.hook(), "${file:desk_url}")
    newsroom.put(newsroom.config, text)
    with newsroom.start() as daemon:
        newsroom.put(secret, newsroom.hook("/new-hush"))
        (event,) = daemon.wait_for("reloaded")
        newsroom.publish("/a", "A storm is coming")
        (request,) = newsroom.sink.wait_for(1)
        daemon.terminate()

    assert event["channels"] == "1 edited (desk)"
    assert request.path == "/new-hush"
    assert "-hush" not in daemon.told()


def test_a_folder_of_links_that_is_swapped_as_a_whole_is_noticed(newsroom: Newsroom) -> None:
    def deploy(name: str, text: str) -> None:
        """Do as Kubernetes does with a ConfigMap."""
        (mounted / name).mkdir()
        (mounted / name / "config.toml").write_text(text)
        (mounted / "..tmp").symlink_to(name)
        (mounted / "..tmp").replace(mounted / "..data")

    mounted = newsroom.folder / "mounted"
    mounted.mkdir()
    head = HEAD.replace("[monitor]", f'[monitor]\ndatabase = "sqlite:///{newsroom.folder}/monitor.db"')
    deploy("..1", newsroom.text(head=head))
    (mounted / "config.toml").symlink_to("..data/config.toml")
    with Daemon(mounted / "config.toml") as daemon:
        daemon.wait_for("baseline")
        for number in (2, 3):
            deploy(f"..{number}", newsroom.text(*[rule(f"r{at}", "rain") for at in range(number)], head=head))
            daemon.wait_for("reloaded", count=number - 1)
        daemon.terminate()


def test_a_folder_that_vanishes_and_comes_back_is_no_crash(newsroom: Newsroom) -> None:
    folder = newsroom.folder / "etc"
    folder.mkdir()
    head = HEAD.replace("[monitor]", f'[monitor]\ndatabase = "sqlite:///{newsroom.folder}/monitor.db"')
    (folder / "config.toml").write_text(newsroom.text(head=head))
    with Daemon(folder / "config.toml") as daemon:
        daemon.wait_for("baseline")
        folder.rename(newsroom.folder / "gone")
        hang_up(daemon)
        daemon.wait_for("configuration refused, the one before stays in force")
        folder.mkdir()
        (folder / "config.toml").write_text(newsroom.text(rule("rain", "rain"), head=head))
        daemon.wait_for("reloaded", timeout=40)
        polls(daemon, "/a")
        daemon.terminate()

    assert daemon.other == []


@pytest.mark.skipif(not unwatching.possible(), reason="needs a user namespace")
def test_where_nothing_can_be_watched_it_is_told_once_and_changes_are_found_all_the_same(
    newsroom: Newsroom,
) -> None:
    with Daemon(newsroom.config, command=("-m", "tests.support.unwatching")) as daemon:
        daemon.wait_for("changes of files aren't heard of at once")
        for number in (1, 2):
            newsroom.write(*[rule(f"r{at}", "rain") for at in range(number + 1)])
            daemon.wait_for("reloaded", count=number)
        hang_up(daemon)
        daemon.wait_for("reloaded, nothing has changed")
        daemon.terminate()

    assert len(daemon.wait_for("changes of files aren't heard of at once")) == 1


def test_what_needs_a_restart_is_told_and_the_rest_is_in_force(newsroom: Newsroom) -> None:
    with newsroom.start() as daemon:
        head = HEAD.replace("[monitor]", '[monitor]\ndatabase = "sqlite:///other.db"')
        newsroom.write(rule("quakes", "earthquake"), head=head)
        (event,) = daemon.wait_for("needs a restart")
        newsroom.publish("/a", "An earthquake in Chile")
        newsroom.sink.wait_for(1)
        daemon.terminate()

    assert event["keys"] == "monitor.database"
    assert not (newsroom.folder / "other.db").exists()


def test_a_reload_storm_loses_no_poll_and_no_alert_and_ends_on_the_last_good_file(newsroom: Newsroom) -> None:
    published: list[str] = []
    with newsroom.start() as daemon:
        for number in range(200):
            name = f"edit {number}"
            if number % 2:
                newsroom.put(newsroom.config, newsroom.text(rule(name, "storm OR")) + "surplus = \n")
            else:
                feeds = ("/a", "/b") if number % 3 else ("/a",)
                rules = rule("storms", "storm"), rule(name, "rain")
                newsroom.write(*rules, feeds=feeds, hook=f"/{number % 3}")
            if number % 5 == 0:
                hang_up(daemon)
            if number % 10 == 0:
                published.append(f"Storm number {number}")
                newsroom.publish("/a", published[-1])
                polls(daemon, "/a", 1)
        newsroom.write(rule("storms", "storm"), rule("the last", "hail"))
        daemon.wait_for("reloaded", where=lambda event: "the last" in event.get("rules", ""))
        published.append("A hail storm at the end")
        newsroom.publish("/a", published[-1])
        newsroom.sink.wait_for(len(published))
        polls(daemon, "/a")
        status = json.loads(newsroom.ask("status", "--json").stdout)
        daemon.terminate(timeout=60)

    assert sorted(headlines(newsroom.sink)) == sorted(published)
    assert len(daemon.wait_for("reloaded", count=10)) <= 101
    daemon.wait_for("configuration refused, the one before stays in force", count=5)
    assert status["configuration"]["mistakes"] == 0
    assert status["totals"]["dead"] == 0
    assert [event for event in daemon.events if event["event"] in ("poll failed", "work failed")] == []
    assert daemon.other == []


def test_a_terminal_that_is_closed_ends_it(newsroom: Newsroom) -> None:
    ours, theirs = os.openpty()
    command = ("-m", "tests.support.in_terminal")
    with Daemon(newsroom.config, command=command, stdin=theirs) as daemon:
        os.close(theirs)
        daemon.wait_for("baseline")
        os.close(ours)
        assert daemon.wait_until_ended() == 0
