"""The table of faults names for each of them a test that exists, or says why one machine can't show it."""

import re
from pathlib import Path

from tests.unit.test_tables import ROOT, is_a_test

FAULTS = 25
PROOF = re.compile(r"(tests/\S+)::(\w+)")


def rows(document: Path) -> list[list[str]]:
    lines = document.read_text().splitlines()
    cells = [line.strip("|").split("|") for line in lines if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in cells[2:]]


def test_each_fault_has_a_row_and_each_row_a_proof() -> None:
    table = rows(ROOT / "docs" / "faults.md")
    assert {row[0] for row in table} == {str(number) for number in range(1, FAULTS + 1)}
    assert [row for row in table if len(row) != 4 or not all(row)] == []
    missing = [
        row[3] for row in table if not (row[3].startswith("not on one machine") or PROOF.fullmatch(row[3]))
    ]
    missing += [place for row in table for place, name in PROOF.findall(row[3]) if not is_a_test(place, name)]
    assert missing == []
