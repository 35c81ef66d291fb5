"""Every subscription list of the corpora gives the feeds that it gave when it was last looked at, or a reason.

`opml_expected.json` holds what was found and reviewed: file -> feeds, problems. After a change that is
meant, review the difference and write it anew: NEWS_MONITOR_WRITE_EXPECTED=1 pytest tests/corpus/test_opml.py
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.config.opml import Subscriptions, read_opml, write_opml

EXPECTED = Path(__file__).with_name("opml_expected.json")
# Files that listparser's own tests expect to hold no feed but something else, or nothing.
_EXPECTS = re.compile(r"Eval: len\(result\['feeds'\]\) == (\d+)")


@pytest.fixture(scope="module")
def lists(corpora: Path) -> dict[str, Subscriptions]:
    folder = corpora / "opml"
    return {name: read_opml((folder / name).read_bytes(), name) for name in _names(folder)}


def _names(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".opml", ".xml"):
            yield str(path.relative_to(folder))


def test_every_list_gives_what_was_reviewed(
    lists: dict[str, Subscriptions], capsys: pytest.CaptureFixture[str]
) -> None:
    found = {name: [len(one.feeds), len(one.problems)] for name, one in lists.items()}
    with capsys.disabled():
        feeds, problems = (sum(counts[at] for counts in found.values()) for at in (0, 1))
        print(f"\nopml: {len(found)} lists, {feeds} feeds, {problems} problems told")  # noqa: T201 - the corpus run prints its counts
    if os.environ.get("NEWS_MONITOR_WRITE_EXPECTED"):
        rows = ",\n".join(f"  {json.dumps(name)}: {counts}" for name, counts in found.items())
        EXPECTED.write_text(f"{{\n{rows}\n}}\n", encoding="utf-8")
    assert found == json.loads(EXPECTED.read_text(encoding="utf-8"))


def test_every_list_gives_feeds_or_a_reason_by_line(lists: dict[str, Subscriptions]) -> None:
    for name, found in lists.items():
        assert found.feeds or found.problems, name
        whole_file = [problem.what for problem in found.problems if problem.line is None]
        assert all(
            what.startswith(("there is no feed", "is no OPML list", "it is empty")) for what in whole_file
        )


def test_as_many_feeds_are_found_as_the_lists_own_tests_expect(
    corpora: Path, lists: dict[str, Subscriptions]
) -> None:
    told = 0
    for name, found in lists.items():
        expected = _EXPECTS.search((corpora / "opml" / name).read_text(encoding="utf-8", errors="replace"))
        if expected and "/rdf/" not in name:  # FOAF lists are another format
            assert len(found.feeds) == int(expected[1]), name
            told += 1
    assert told == 10


def test_what_is_written_is_read_again(lists: dict[str, Subscriptions]) -> None:
    for name, found in lists.items():
        again = read_opml(write_opml(found.feeds, name).encode(), name)
        assert _contents(again) == _contents(found), name


def _contents(found: Subscriptions) -> list[tuple[str, str | None, frozenset[str]]]:
    return sorted((feed.url, feed.name, frozenset(feed.tags)) for feed in found.feeds)
