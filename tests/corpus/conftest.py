import os
from collections import Counter
from pathlib import Path

import pytest

from tests.corpus.run import Result, run_feeds
from tests.support.summary import note


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
    results = run_feeds(corpora / "feeds")
    kinds = Counter((result.collection, result.kind) for result in results)
    for collection, total in sorted(Counter(result.collection for result in results).items()):
        told = ", ".join(f"{kind} {count}" for (of, kind), count in kinds.most_common() if of == collection)
        note(pytestconfig, "corpus", f"{collection}: {total} documents: {told}")
    return results
