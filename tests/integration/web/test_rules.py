"""Rules on the page, and the workbench in which one is tried while it is written."""

from pathlib import Path

from monitor.app.settings import load_settings
from tests.integration.web.conftest import AGREED, TRUCE, configured
from tests.support.feed_server import FeedServer
from tests.support.ground import Ground, elements, values, words
from tests.support.sinks import WebhookSink


def test_each_rule_is_shown_with_what_it_matched(told: Ground) -> None:
    rows = [words(row) for row in elements(told.page("/rules"), "//tbody/tr")]
    assert [row.split()[0] for row in rows] == ["truce", "floods"]
    assert "none in 14 days" not in rows[0]
    truce, floods = told.ask("/rules")["items"]
    assert (truce["matched"], truce["per_day"][-1], floods["matched"]) == (2, 2, 1)
    assert truce["last_match_at"]


def test_what_a_query_says_and_hardly_means_stands_beside_it(
    tmp_path: Path, feed_server: FeedServer, hook: WebhookSink
) -> None:
    odd = configured(feed_server, hook).replace('query = "flood"', 'query = "flood or rain"')
    with Ground(tmp_path, odd) as ground:
        assert 'column 7: "or" is looked for as a word' in words(ground.page("/rules"))
        (notice,) = elements(ground.page("/rules/show?name=floods"), "//p[@class='notice warn']")
        assert words(notice).startswith('Column 7: "or" is looked for as a word; ')
        assert [len(rule["notes"]) for rule in ground.ask("/rules")["items"]] == [0, 1]


def test_a_rule_is_shown_as_it_is_written_with_its_alerts(told: Ground) -> None:
    page = told.page("/rules/show?name=truce")
    assert "query = 'Ukraine ceasefire'" in words(elements(page, "//pre")[0])
    assert len(elements(page, "//li[@class='item']/h3")) == 2
    detail = told.ask("/rules/show", name="truce")
    assert detail["rule"]["query"] == "Ukraine ceasefire"
    assert (len(detail["alerts"]), detail["tests"]) == (2, [])
    told.page("/rules/show?name=nothing", 404)
    told.ask("/rules/show", 404, name="nothing")


def test_the_workbench_shows_what_a_query_would_have_found(told: Ground) -> None:
    page = told.page("/rules/workbench?query=ceasefire NOT rome")
    found = elements(page, "//section[@aria-labelledby='found']//h3")
    assert sorted(map(words, found)) == sorted([TRUCE.title, AGREED.title])
    assert values(found[0], ".//mark/text()") == ["Ceasefire"]
    assert "alerts a day" in words(page)


def test_what_it_gives_to_paste_is_a_good_rule(told: Ground, tmp_path: Path) -> None:
    page = told.page("/rules/workbench?query=%22cease fire%22 OR ='WHO'&tag=world")
    (toml,) = elements(page, "//pre[@id='paste']")
    config = tmp_path / "pasted.toml"
    rest = '[[channels]]\nname = "desk"\nurl = "console:"\n[[feeds]]\nurl = "https://example.org/"\ntags = ["world"]\n'
    config.write_text(rest + str(toml.text_content()), encoding="utf-8")
    (rule,) = load_settings(config, {}).rules
    assert (rule.query, sorted(rule.tags)) == ("\"cease fire\" OR ='WHO'", ["world"])


def test_a_query_that_cannot_be_read_is_told_at_its_column(told: Ground) -> None:
    (notice,) = elements(told.page("/rules/workbench?query=(rain"), "//p[@class='notice bad']")
    assert words(notice).startswith("Column ")


def test_a_configured_rule_is_opened_with_its_options(told: Ground) -> None:
    page = told.page("/rules/workbench?rule=truce")
    assert words(elements(page, "//textarea")[0]) == "Ukraine ceasefire"
    assert 'story = "every"' in words(elements(page, "//pre[@id='paste']")[0])


def test_its_hours_age_grouping_and_tests_come_along(
    tmp_path: Path, feed_server: FeedServer, hook: WebhookSink
) -> None:
    more = 'active = "Mon-Fri 07:00-19:00"\nmax_age = "36h"\ngroup_wait = "1m"\n[[rules.tests]]\ntitle = "A flood"\n'
    with Ground(tmp_path, configured(feed_server, hook) + more) as ground:
        (toml,) = elements(ground.page("/rules/workbench?rule=floods"), "//pre[@id='paste']")
        pasted = configured(feed_server, hook).partition("[[rules]]")[0] + str(toml.text_content())
        config = tmp_path / "pasted.toml"
        config.write_text(pasted, encoding="utf-8")
        assert load_settings(config, {}).rules == ground.settings.rules[1:]


def test_without_a_query_it_shows_how_to_write_one(told: Ground) -> None:
    assert "For example" in words(told.page("/rules/workbench"))
