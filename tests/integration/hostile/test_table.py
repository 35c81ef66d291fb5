"""docs/security-input.md names tests that exist."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
ROW = re.compile(r"^\| [^|]+ \| [^|]+ \| (\S+)::(\w+) \|$")


def test_each_row_of_the_table_names_its_test() -> None:
    table = (ROOT / "docs" / "security-input.md").read_text()
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 20
    missing = [row for row in rows if not _names_a_test(row)]
    assert missing == []


def _names_a_test(row: str) -> bool:
    found = ROW.match(row)
    if found is None or not (ROOT / found[1]).is_file():
        return False
    module = ast.parse((ROOT / found[1]).read_text())
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return found[2] in {node.name for node in module.body if isinstance(node, functions)}
