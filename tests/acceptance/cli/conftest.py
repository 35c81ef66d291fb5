from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.cli.place import TRUCE, Place
from tests.support.feed_server import FeedServer


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A folder with a good configuration of one feed, one rule and the console, and a feed with one match."""
    with FeedServer() as feeds:
        here = Place(tmp_path, feeds)
        here.configure()
        here.publish(TRUCE)
        yield here
