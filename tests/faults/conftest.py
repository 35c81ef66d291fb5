"""A station on either database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.station import Station
from tests.support.database import empty_database
from tests.support.feed_server import FeedServer
from tests.support.sinks import WebhookSink


@pytest.fixture
def station(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Station]:
    database = empty_database(getattr(request, "param", "sqlite"), tmp_path)
    with FeedServer(host="0.0.0.0") as feeds, WebhookSink() as sink:
        here = Station(tmp_path, feeds, sink, database)
        here.write()
        yield here
    database.discard()
