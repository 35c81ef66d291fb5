from tests.acceptance.cli.place import CONSOLE, RULE, TRUCE, Place
from tests.support.rss import Item

MISTAKEN = (
    '[monitor]\npoll_every = "soon"\n\n'
    + CONSOLE
    + '\n[[feeds]]\nurl = "ftp://news.example/feed"\n\n'
    + RULE.format(channel="desk")
)


def test_a_good_configuration_is_summed_up_in_one_line(place: Place) -> None:
    done = place.run("check")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "config.toml is good: 1 feed, 1 rule, 1 channel\n"


def test_every_mistake_has_a_line_of_its_own_with_its_place(place: Place) -> None:
    place.config.write_text(MISTAKEN)

    done = place.run("check")

    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["config.toml:2:", "config.toml:9:", "config.toml:14:"]
    assert "no channel has this name" in lines[2]


def test_as_json_both_answers_have_one_shape(place: Place) -> None:
    good = place.json("check")
    place.config.write_text(MISTAKEN)
    done = place.run("check", "--json")
    bad = place.json("check")

    assert good == {
        "good": True,
        "config": "config.toml",
        "problems": [],
        "remarks": [],
        "feeds": 1,
        "rules": 1,
        "channels": 1,
    }
    assert (bad["good"], done.returncode, done.stderr) == (False, 2, "")
    assert [problem["line"] for problem in bad["problems"]] == [2, 9, 14]
    assert set(bad["problems"][0]) == {"file", "line", "key", "what", "advice"}


def test_the_option_goes_before_the_environment_and_that_before_the_folder(place: Place) -> None:
    place.config.rename(place.folder / "other.toml")
    env = {"NEWS_MONITOR_CONFIG": "other.toml"}

    assert place.run("check").returncode == 2
    assert place.run("check", env=env).stdout.startswith("other.toml is good")
    option = place.run("check", "--config", "other.toml", env={"NEWS_MONITOR_CONFIG": "none.toml"})
    assert option.returncode == 0


def test_without_a_configuration_every_command_says_how_to_get_one(place: Place) -> None:
    place.config.unlink()

    for command in (["run"], ["check"], ["status"], ["channels", "list"], ["channels", "test", "desk"]):
        done = place.run(*command)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "config.toml: there is no such file; write one with: news-monitor init\n"


def test_a_missing_secret_is_named_and_a_given_one_is_not_shown(place: Place) -> None:
    place.configure(channels='[[channels]]\nname = "console"\nurl = "slack://${SLACK_TOKENS}"\n')

    missing = place.run("check")
    wrong = place.run("check", env={"SLACK_TOKENS": "not-a-slack-token"})

    assert (missing.returncode, wrong.returncode) == (2, 2)
    assert "SLACK_TOKENS is not set" in missing.stderr
    assert "not-a-slack-token" not in wrong.stdout + wrong.stderr


def test_a_rule_whose_test_fails_starts_nothing(place: Place) -> None:
    tests = (
        "[[rules.tests]]\ntext = '<p title=\"Ukraine\">A <b>cease</b>-fire</p> in Ukraine &amp; Russia'\n"
        "[[rules.tests]]\ntext = '<a href=\"https://ukraine.example/\">Ceasefire</a> in Gaza'\n"
    )
    place.configure(rules=RULE.format(channel="console") + tests)
    done = place.run("check")
    assert (done.returncode, done.stdout) == (2, "")
    line = place.config.read_text().splitlines().index("[[rules.tests]]") + 3
    assert done.stderr == (
        f'config.toml:{line}: rules.1.tests.2: rule "ukraine-ceasefire" must match this text and doesn\'t: it has no Ukraine; '
        "mend the query, or the test\n"
    )
    for command in (["run", "--once"], ["status"]):
        assert place.run(*command).stderr == done.stderr
    assert not place.feeds.requests("/world.xml")
    (problem,) = place.json("check")["problems"]
    assert (problem["line"], problem["key"]) == (line, "rules.1.tests.2")


def test_a_query_that_hardly_says_what_is_meant_is_a_note_and_stops_nothing(place: Place) -> None:
    place.configure(rules=RULE.format(channel="console").replace("Ukraine ceasefire", "Ukraine or ceasefire"))
    done = place.run("check")
    assert (done.returncode, done.stdout) == (0, "config.toml is good: 1 feed, 1 rule, 1 channel\n")
    (note,) = done.stderr.splitlines()
    assert note.endswith(
        'rules.1.query: rule "ukraine-ceasefire", column 9 of the query: "or" is looked for as a word; '
        "write OR, or put it in quotes for the word"
    )
    assert note.startswith("note: config.toml:")
    assert len(place.json("check")["remarks"]) == 1
    assert "configuration notes=1" in place.run("run", "--once").stderr


def test_what_a_subscription_list_loses_is_told_and_the_rest_is_watched(place: Place) -> None:
    place.publish(TRUCE, path="/listed.xml")
    listed = place.feeds.url("/listed.xml")
    (place.folder / "list.opml").write_text(
        f'<opml>\n<outline xmlUrl="{listed}"/>\n<outline xmlUrl="x:y"/></opml>'
    )
    place.config.write_text(f'opml = "list.opml"\n{place.config.read_text()}')
    done = place.run("check")
    assert (done.returncode, done.stdout) == (0, "config.toml is good: 2 feeds, 1 rule, 1 channel\n")
    assert done.stderr == "note: list.opml:3: xmlUrl must be an http or https address\n"
    (remark,) = place.json("check")["remarks"]
    assert (remark["file"], remark["line"]) == ("list.opml", 3)
    ran = place.run("run", "--once")
    assert "Ceasefire" in ran.stdout
    assert 'configuration notes=1 first="list.opml:3: xmlUrl must be an http' in ran.stderr
    assert len(place.feeds.requests("/listed.xml")) == 1


def test_a_rule_that_would_have_flooded_with_what_is_stored_is_noted(place: Place) -> None:
    place.publish(*(Item(title=f"Ceasefire in Ukraine {n}", guid=str(n)) for n in range(21)))
    assert place.run("check").stderr == ""
    place.run("run", "--once")
    done = place.run("check")
    assert done.returncode == 0
    assert done.stderr == (
        'note: config.toml: rule "ukraine-ceasefire": would have sent 21 alerts within an hour, of the entries of '
        "the last two days; narrow it; see: news-monitor backtest --rule ukraine-ceasefire\n"
    )
    assert [note["key"] for note in place.json("check")["remarks"]] == ['rule "ukraine-ceasefire"']
