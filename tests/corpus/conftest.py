import os
from collections import Counter
from pathlib import Path

import pytest

from tests.corpus.run import Result, run_feeds
from tests.corpus.summary import noted

_RESULTS = pytest.StashKey[list[Result]]()
ARTICLES = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def corpora() -> Path:
    root = Path(__file__).parents[2]
    folder = root / os.environ.get("NEWS_MONITOR_CORPORA", "../shared/corpora")
    if not folder.is_dir():
        pytest.skip(f"no corpora in {folder}: name the folder in NEWS_MONITOR_CORPORA")
    return folder.resolve()


@pytest.fixture(scope="session")
def results(corpora: Path, pytestconfig: pytest.Config) -> list[Result]:
    """Return what became of every feed of the corpora."""
    pytestconfig.stash[_RESULTS] = run_feeds(corpora / "feeds")
    return pytestconfig.stash[_RESULTS]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if articles := config.stash.get(ARTICLES, []):
        terminalreporter.section("article pages")
        for line in articles:
            terminalreporter.line(line)
    results = config.stash.get(_RESULTS, [])
    if not (results or noted(config)):
        return
    counts = Counter((result.collection, result.kind) for result in results)
    terminalreporter.section("corpus")
    for collection in sorted({result.collection for result in results}):
        kinds = ", ".join(f"{kind} {count}" for (of, kind), count in counts.most_common() if of == collection)
        total = sum(count for (of, _), count in counts.items() if of == collection)
        terminalreporter.line(f"{collection}: {total} documents: {kinds}")
    for line in noted(config):
        terminalreporter.line(line)
