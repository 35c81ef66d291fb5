"""What is sent, waits or was given up."""

from tests.acceptance.cli.place import CONSOLE, RULE, TRUCE, Place
from tests.support.sinks import Answer, WebhookSink

BOTH = RULE.replace("{channel}", 'console", "desk')


def hook(sink: WebhookSink) -> str:
    return f'[[channels]]\nname = "desk"\nurl = "{sink.url.replace("http://", "json://")}"\n'


def test_before_anything_was_told_the_list_says_where_to_look(place: Place) -> None:
    early = place.run("deliveries", "list")
    assert (early.returncode, early.stdout) == (1, "")
    assert "start the monitor first: news-monitor run" in early.stderr
    place.configure(rules=RULE.format(channel="console").replace("Ukraine ceasefire", "rain"))
    place.run("run", "--once")
    nothing = place.run("deliveries", "list")
    assert (nothing.returncode, nothing.stdout) == (
        0,
        "Nothing was told so far: no rule has found anything. What rules would find: news-monitor backtest\n",
    )
    assert place.json("deliveries", "list") == []
    assert (
        place.run("deliveries", "retry", "--dead").stdout
        == "Nothing to send again: no delivery was given up.\n"
    )


def test_they_are_listed_with_why_they_wait_and_how_long_each_took(place: Place) -> None:
    with WebhookSink() as sink:
        sink.default = Answer(status=410, body=b"no such hook")
        place.configure(channels=CONSOLE + hook(sink), rules=BOTH)
        place.run("run", "--once")
    done = place.run("deliveries", "list")
    assert (done.returncode, done.stderr) == (0, "")
    head, dead, sent, blank, total = done.stdout.splitlines()
    assert head.split("  ")[0] == "DELIVERY"
    assert (dead.split()[:3], sent.split()[:3]) == (["2", "dead", "desk"], ["1", "sent", "console"])
    assert "no such hook" in dead
    assert dead.endswith("ukraine-ceasefire")
    assert (blank, total) == ("", "2 deliveries")
    first, second = place.json("deliveries", "list")
    assert (first["state"], first["attempts"], first["title"], first["link"]) == (
        "dead",
        1,
        TRUCE.title,
        TRUCE.link,
    )
    assert (second["state"], second["error"], second["rules"]) == ("sent", "", ["ukraine-ceasefire"])
    assert second["published_at"] < second["seen_at"] <= second["created_at"] <= second["sent_at"]
    only = place.run(
        "deliveries", "list", "--state", "dead", "--channel", "desk", "--since", "1h", "--limit", "1"
    )
    assert only.stdout.splitlines()[-1] == "1 delivery"
    none = place.run("deliveries", "list", "--state", "held")
    assert none.stdout == "There is no such delivery. All of them: news-monitor deliveries list\n"
    more = place.run("deliveries", "list", "--limit", "1")
    assert more.stdout.splitlines()[-1] == "the newest 1 of 2 deliveries; more: --limit NUMBER"
    for wrong, near in ((("--channel", "dsk"), "'desk'"), (("--rule", "ukraine"), "ukraine-ceasefire")):
        unknown = place.run("deliveries", "list", *wrong)
        assert unknown.returncode == 2
        assert near in unknown.stderr


def test_what_was_given_up_is_sent_again_while_the_monitor_runs(place: Place) -> None:
    with WebhookSink() as sink:
        sink.default = Answer(status=404, body=b"no such hook")
        place.configure(channels=CONSOLE + hook(sink), rules=BOTH)
        with place.daemon() as monitor:
            monitor.wait_for("send failed, given up")
            sink.default = Answer()
            wrong = place.run("deliveries", "retry")
            assert (wrong.returncode, wrong.stdout) == (2, "")
            assert "give the numbers of deliveries, or --dead" in wrong.stderr
            left = place.run("deliveries", "retry", "1", "77")
            assert (left.returncode, left.stdout) == (1, "")
            assert left.stderr.splitlines() == [
                "delivery 1 is left alone: it was sent",
                "delivery 77 is left alone: there is none of this number",
            ]
            other = place.folder / "other.toml"
            other.write_text(place.config.read_text().replace('"desk"', '"den"'))
            gone = place.run("deliveries", "retry", "2", "--config", str(other)).stderr
            assert gone == "delivery 2 is left alone: its channel, desk, isn't configured\n"
            done = place.run("deliveries", "retry", "--dead", "--channel", "desk")
            assert (done.returncode, done.stdout) == (0, "1 delivery will be sent again, now: 1 in desk\n")
            monitor.wait_for("sent", count=2)
            assert monitor.terminate() == 0
        assert TRUCE.title in sink.requests[-1].body.decode()
    first, _ = place.json("deliveries", "list")
    assert (first["state"], first["attempts"], first["detail"]) == ("sent", 2, "")
