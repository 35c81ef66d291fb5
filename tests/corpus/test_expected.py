"""Other parsers' results for the same feeds: every difference is listed in differences.json with its reason.

Whoever changes the parser looks at what this test prints, and takes a difference into the list, or out of it.
"""

import json
from pathlib import Path

import pytest

from tests.corpus.expected import Difference, claims, differences
from tests.corpus.run import feed_files
from tests.support.summary import note

LISTED = json.loads(Path(__file__).with_name("differences.json").read_bytes())


@pytest.fixture(scope="module")
def found(corpora: Path, pytestconfig: pytest.Config) -> list[Difference]:
    folder = corpora / "feeds"
    found: list[Difference] = []
    total = files = 0
    for path in feed_files(folder):
        name = path.relative_to(folder)
        if claimed := claims(path, name.parts[0]):
            found += differences(path, str(name), claimed)
            total, files = total + len(claimed), files + 1
    note(pytestconfig, "corpus", f"{total} expectations for {files} documents: {len(found)} differences")
    return found


def test_no_difference_is_new(found: list[Difference]) -> None:
    listed = {(entry["file"], entry["field"]) for entry in LISTED["differences"]}
    assert [difference for difference in found if (difference.file, difference.place) not in listed] == []


def test_no_listed_difference_has_vanished(found: list[Difference]) -> None:
    places = {(difference.file, difference.place) for difference in found}
    assert [entry for entry in LISTED["differences"] if (entry["file"], entry["field"]) not in places] == []


def test_every_listed_difference_has_one_of_the_known_reasons() -> None:
    assert {entry["reason"] for entry in LISTED["differences"]} == set(LISTED["reasons"])
