"""Pages that others collected, with the text a reader should see of them: what of it is found, and what else."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from monitor.model import ArticleOutcome, ArticleText, Document
from monitor.parse.article import extract
from monitor.parse.decode import decode_page
from monitor.parse.html import html_to_text
from tests.support.summary import note

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Found:
    """One page: what became of it, and how much of which words were right."""

    name: str
    outcome: ArticleOutcome
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        said = (
            "" if isinstance(self.outcome, ArticleText) else f"  {self.outcome.reason}: {self.outcome.detail}"
        )
        return (
            f"{self.name:<45} f1 {self.f1:.2f} precision {self.precision:.2f} recall {self.recall:.2f}{said}"
        )


@pytest.fixture(scope="module")
def pages(corpora: Path, pytestconfig: pytest.Config) -> list[Found]:
    folders = sorted(path.parent for path in (corpora / "articles").rglob("source.html"))
    found = [_read(folder) for folder in folders]
    mean = sum(page.f1 for page in found) / max(len(found), 1)
    few = [str(page) for page in found if page.f1 < 0.9]
    note(pytestconfig, "article pages", f"{len(found)} pages, mean f1 {mean:.3f}; below .9:", *few)
    return found


def _read(folder: Path) -> Found:
    outcome = extract(Document(url="https://news.example/1", body=(folder / "source.html").read_bytes()))
    text = outcome.text if isinstance(outcome, ArticleText) else ""
    found = Counter(_WORD.findall(text.lower()))
    expected = Counter(
        _WORD.findall(html_to_text(decode_page((folder / "expected.html").read_bytes())).lower())
    )
    shared = (found & expected).total()
    return Found(folder.name, outcome, shared / max(found.total(), 1), shared / max(expected.total(), 1))


def test_the_text_of_most_pages_is_found_with_little_else(pages: list[Found]) -> None:
    read = [page for page in pages if isinstance(page.outcome, ArticleText)]
    assert len(pages) >= 43
    assert len(read) >= 0.85 * len(pages)
    assert sum(page.f1 for page in read) / len(read) > 0.85
    assert sum(page.precision for page in read) / len(read) > 0.85
