"""The one pace of all adaptive feeds, weighed anew from time to time. Decides nothing."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from monitor import schedule
from monitor.model import FeedSpec
from monitor.pipeline.ports import PollStore

_REFRESH = timedelta(minutes=10)


class Pace:
    """Keeps the pace that fits what the store knows of the feeds."""

    def __init__(self, feeds: Mapping[str, FeedSpec], store: PollStore) -> None:
        self._adaptive = [url for url, spec in feeds.items() if spec.adaptive]
        self._store = store
        self._weighed_at: datetime | None = None
        self._pace = 1.0

    async def at(self, now: datetime) -> float:
        """Return the pace, at most ten minutes old."""
        if self._adaptive and (self._weighed_at is None or abs(now - self._weighed_at) >= _REFRESH):
            self._weighed_at = now
            known = await self._store.feed_weights()
            unknown = schedule.weights(None)
            self._pace = schedule.balanced_pace(
                [weight for url in self._adaptive for weight in known.get(url) or unknown]
            )
        return self._pace
