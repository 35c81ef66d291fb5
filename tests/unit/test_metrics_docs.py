"""What is written about metrics, and what is made of them, names those that there are."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.coroutines import pytest_pyfunc_call
from tests.support.database import run
from tests.support.reports import Numbers, delivery_report, measured, numbers

__all__ = ["pytest_pyfunc_call"]

DOCS = Path(__file__).parents[2] / "docs"
ROW = re.compile(r"^\| `(news_monitor_\w+)` \| (\w+) \|(.*?)\| \S.*\|$", re.MULTILINE)
ALERT_ROW = re.compile(r"^\| `(NewsMonitor\w+)` \| (\w+) \| \S.*\|$", re.MULTILINE)
NAME = re.compile(r"\b(?:news_monitor|process|python)_\w+")
# What Prometheus itself adds.
SCRAPED = {"job", "instance", "le"}

Kind = tuple[str, frozenset[str]]


class Ticked:
    ticked_at: float | None = 0.0


@pytest.fixture(scope="module")
def scrape() -> Numbers:
    metrics = measured()
    metrics.watch({"poll": Ticked()})
    metrics(delivery_report())
    return run(numbers(metrics))


@pytest.fixture(scope="module")
def metrics(scrape: Numbers) -> dict[str, Kind]:
    """Return the type and labels of each metric of the monitor, under the name by which it is asked for."""
    return {
        f"{name}_total" if family.type == "counter" else name: (
            family.type,
            frozenset(label for sample in family.samples for label in sample.labels) - SCRAPED,
        )
        for name, family in scrape.families.items()
        if name.startswith("news_monitor_")
    }


@pytest.fixture(scope="module")
def series(scrape: Numbers) -> set[str]:
    """Return all names that a query may ask for."""
    return {sample.name for family in scrape.families.values() for sample in family.samples}


def dashboard() -> Any:
    return json.loads((DOCS / "grafana-dashboard.json").read_text())


def panels() -> list[Any]:
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def rules() -> list[Any]:
    (group,) = yaml.safe_load((DOCS / "prometheus-alerts.yml").read_text())["groups"]
    found: list[Any] = group["rules"]
    return found


def queries() -> Iterator[str]:
    yield from (target["expr"] for panel in panels() for target in panel["targets"])
    yield from (annotation["expr"] for annotation in dashboard()["annotations"]["list"])
    yield from (rule["expr"] for rule in rules())


def test_each_metric_is_documented_with_its_type_and_labels(metrics: dict[str, Kind]) -> None:
    text = (DOCS / "metrics.md").read_text()
    documented = {
        name: (kind, frozenset(re.findall(r"`(\w+)`", labels))) for name, kind, labels in ROW.findall(text)
    }
    assert documented == metrics


def test_each_metric_says_what_it_is(scrape: Numbers) -> None:
    ours = [family for name, family in scrape.families.items() if name.startswith("news_monitor_")]
    assert [family.name for family in ours if not family.documentation.endswith(".")] == []


def test_names_of_metrics_end_with_their_unit(metrics: dict[str, Kind]) -> None:
    counts = re.compile(
        r"_(total|info|ok|deliveries|feeds|articles|entries|configured|workers)$|_(seconds|bytes)(_total)?$"
    )
    assert [name for name in metrics if not counts.search(name)] == []


def test_all_that_is_asked_of_metrics_there_is(series: set[str], metrics: dict[str, Kind]) -> None:
    asked = list(queries())
    assert len(asked) > 50
    unknown = {name for query in asked for name in NAME.findall(query) if name not in series}
    assert unknown == set()
    labels = {label for _, own in metrics.values() for label in own} | SCRAPED
    used = {label for query in asked for label in _labels(query)}
    assert used - labels == set()


def _labels(query: str) -> Iterator[str]:
    for selector in re.findall(r"\{([^}]*)\}", query):
        yield from re.findall(r"(\w+)(?:=~|!~|!=|=)\"", selector)
    for group in re.findall(r"\b(?:by|on) \(([^)]*)\)", query):
        yield from re.findall(r"\w+", group)


def test_values_of_labels_that_are_asked_for_there_are(scrape: Numbers) -> None:
    samples = [sample for family in scrape.families.values() for sample in family.samples]
    there = {item for sample in samples for item in sample.labels.items()}
    asked = {
        (label, value)
        for query in queries()
        for label, values in re.findall(r"(\w+)(?:=~|!=|=)\"([^\"$]+)\"", query)
        for value in values.split("|")
        if label not in SCRAPED
    }
    assert asked - there == set()


def test_counters_are_asked_for_their_growth_and_histograms_for_their_buckets(
    metrics: dict[str, Kind],
) -> None:
    for query in queries():
        assert query.count("(") == query.count(")")
        for name in NAME.findall(query):
            if name.endswith(("_total", "_bucket", "_sum", "_count")):
                assert re.search(rf"(rate|increase)\({name}(\{{[^}}]*\}})?\[", query), query
        assert ("histogram_quantile" in query) == ("_bucket" in query)


def test_each_alert_says_what_is_wrong_and_what_to_do() -> None:
    for rule in rules():
        assert re.fullmatch(r"\d+[mh]", rule["for"])
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert set(rule["annotations"]) == {"summary", "description"}
        assert len(rule["annotations"]["summary"]) < 120
        assert len(rule["annotations"]["description"]) > 60


def test_each_alert_is_documented_with_its_severity() -> None:
    documented = ALERT_ROW.findall((DOCS / "metrics.md").read_text())
    assert sorted(documented) == sorted((rule["alert"], rule["labels"]["severity"]) for rule in rules())


def test_the_dashboard_has_its_rows_and_asks_the_data_source_that_is_chosen() -> None:
    board = dashboard()
    titles = [panel["title"] for panel in board["panels"] if panel["type"] == "row"]
    assert titles == ["Overview", "Polling", "Matching", "Delivery", "Process"]
    chosen = {"type": "prometheus", "uid": "${datasource}"}
    sources = [panel["datasource"] for panel in panels()]
    sources += [target["datasource"] for panel in panels() for target in panel["targets"]]
    assert sources == [chosen] * len(sources)
    assert {"datasource", "instance"} == {variable["name"] for variable in board["templating"]["list"]}
    assert all("$instance" in target["expr"] for panel in panels() for target in panel["targets"])


def test_panels_of_the_dashboard_have_a_place_of_their_own_and_say_what_they_show() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard()["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken
        assert at["x"] + at["w"] <= 24
        taken |= cells
        assert panel["type"] == "row" or len(panel["description"]) > 4
    ids = [panel["id"] for panel in dashboard()["panels"]]
    assert len(set(ids)) == len(ids)
