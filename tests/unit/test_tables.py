"""The tables of what is promised to publishers, and of hostile input, name tests that exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| [^|]* ?\| [^|]+ \| (\S+)::(\w+) \|$")


@pytest.mark.parametrize("document", ["politeness.md", "hostile-input.md", "security.md"])
def test_each_row_of_a_table_names_its_test(document: str) -> None:
    lines = (ROOT / "docs" / document).read_text().splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.endswith("| test |")]
    assert len(rows) > 20
    missing = [row for row in rows if not _names_a_test(row)]
    assert missing == []


def _names_a_test(row: str) -> bool:
    found = ROW.match(row)
    return found is not None and is_a_test(found[1], found[2])


def is_a_test(place: str, name: str) -> bool:
    """Tell whether a file has a test of this name."""
    if not (ROOT / place).is_file():
        return False
    module = ast.parse((ROOT / place).read_text())
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return name in {node.name for node in module.body if isinstance(node, functions)}
