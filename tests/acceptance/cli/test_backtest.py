"""What would rules have told, of what is stored?"""

from tests.acceptance.cli.place import CONSOLE, RULE, TRUCE, Place
from tests.support.rss import Item

RAIN = '[[rules]]\nname = "rain"\nquery = "rain"\nchannels = ["console"]\n'
STORIES = (
    TRUCE,
    Item(title="Rain in Oslo", guid="rain"),
    Item(title="Truce in Ukraine holds", guid="holds"),
    Item(title="Ukraine: a ceasefire breaks", guid="breaks"),
)


def watched(place: Place, *rules: str) -> None:
    """Store the stories under a rule that none of them fits, then configure `rules`."""
    place.publish(*STORIES)
    place.configure(rules=RULE.format(channel="console").replace("Ukraine ceasefire", "volcano"))
    place.run("run", "--once")
    place.configure(rules="\n".join(rules))


def test_all_rules_are_shown_with_how_much_they_would_have_told(place: Place) -> None:
    watched(place, RULE.format(channel="console"), RAIN, RAIN.replace("rain", "hail"))
    done = place.run("backtest")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("looked through 4 entries of the last ")
    rows = {line.split()[0]: line.split()[1:4] for line in done.stdout.splitlines()[2:]}
    assert rows["ukraine-ceasefire"] == ["2", "2.0", "2"]
    assert rows["rain"] == ["1", "1.0", "1"]
    assert "never matched" in done.stdout


def test_one_rule_is_shown_by_day_with_its_last_alerts(place: Place) -> None:
    watched(place, RULE.format(channel="console"), RAIN)
    done = place.run("backtest", "--rule", "ukraine-ceasefire")
    assert "ukraine-ceasefire: 2 alerts, 2.0 a day" in done.stdout
    assert "*Ukraine*: a *ceasefire* breaks" in done.stdout
    assert "Rain" not in done.stdout


def test_a_draft_needs_no_rule(place: Place) -> None:
    watched(place, RAIN)
    (draft,) = place.json("backtest", "--query", "Ukraine (ceasefire OR truce)")["rules"]
    assert (draft["rule"], draft["alerts"], draft["floods"]) == ("draft", 3, False)
    bad = place.run("backtest", "--query", "(Ukraine")
    assert (bad.returncode, bad.stdout) == (2, "")
    assert "--query: column 1" in bad.stderr


def test_another_query_shows_what_appears_and_what_vanishes(place: Place) -> None:
    watched(place, RULE.format(channel="console"))
    (change,) = place.json("backtest", "--rule", "ukraine-ceasefire", "--query", "Ukraine (truce OR breaks)")[
        "changes"
    ]
    assert (change["kept"], change["vanished"], change["appeared"]) == (1, 1, 1)
    assert [sample["title"] for sample in change["vanished_samples"]] == [TRUCE.title]
    assert [sample["title"] for sample in change["appeared_samples"]] == ["Truce in Ukraine holds"]


def test_a_changed_configuration_is_compared_rule_by_rule(place: Place) -> None:
    watched(place, RULE.format(channel="console"), RAIN)
    changed = place.config.read_text().replace('query = "rain"', 'query = "Oslo OR holds"')
    (place.folder / "new.toml").write_text(changed)
    changes = place.json("backtest", "--new", "new.toml")["changes"]
    assert {(each["rule"], each["kept"], each["vanished"], each["appeared"]) for each in changes} == {
        ("ukraine-ceasefire", 2, 0, 0),
        ("rain", 1, 0, 1),
    }
    said = place.run("backtest", "--new", "new.toml").stdout
    assert "rain: 1 alert stays, 0 vanish, 1 appears" in said


def test_a_rule_that_would_have_flooded_is_warned_of(place: Place) -> None:
    place.publish(*(Item(title=f"Storm {number}", guid=str(number)) for number in range(30)))
    place.run("run", "--once")
    (draft,) = place.json("backtest", "--query", "storm")["rules"]
    assert (draft["alerts"], draft["busiest_hour"], draft["floods"]) == (30, 30, True)
    assert "would flood: up to 30 alerts within an hour" in place.run("backtest", "--query", "storm").stdout


def test_what_a_new_rule_missed_is_sent_once_when_asked_for(place: Place) -> None:
    watched(place, RULE.format(channel="console"))
    sent = place.run("backtest", "--rule", "ukraine-ceasefire", "--send", "--yes")
    assert (sent.returncode, sent.stderr) == (0, "")
    assert sent.stdout.splitlines()[-1] == "2 alerts on the way; the running monitor sends them"
    told = place.run("run", "--once").stdout
    assert told.count("ukraine-ceasefire: ") == 2
    again = place.run("backtest", "--rule", "ukraine-ceasefire", "--send", "--yes")
    assert "nothing to send" in again.stdout
    assert "ukraine-ceasefire: " not in place.run("run", "--once").stdout


def test_sending_is_asked_for_first(place: Place) -> None:
    watched(place, RULE.format(channel="console"))
    refused = place.run("backtest", "--rule", "ukraine-ceasefire", "--send")
    assert refused.returncode == 1
    assert "send 2 alerts to console?" in refused.stdout
    assert "ukraine-ceasefire: " not in place.run("run", "--once").stdout
    whole = place.run("backtest", "--send")
    assert whole.returncode == 2
    assert "--send is for one rule" in whole.stderr


def test_entries_of_feeds_that_are_not_watched_any_more_are_left_out(place: Place) -> None:
    watched(place, RAIN)
    place.configure("/other.xml", channels=CONSOLE, rules=RAIN)
    done = place.run("backtest")
    assert "looked through nothing" in done.stdout
    assert "left out: 4 entries of feeds that are not in the configuration" in done.stdout


def test_before_the_first_start_there_is_nothing_to_look_through(place: Place) -> None:
    done = place.run("backtest")
    assert done.returncode == 1
    assert "start the monitor first" in done.stderr
