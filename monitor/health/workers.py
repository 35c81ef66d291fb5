"""Do those who share the work do all of it, and the same?"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.model import Worker

# A worker checks in several times a minute. One that nobody has heard of for so long has ended, hangs, or has lost its database.
SILENT = timedelta(minutes=2)
# True also where cron lets it run again and again.
NOBODY = "No monitor runs: feeds wait for the next news-monitor run, or run --once."
_NO_POLLS = "No worker polls feeds. Start one: news-monitor run --role poll"


def is_there(worker: Worker, now: datetime) -> bool:
    """Tell whether a worker was heard of lately."""
    return worker.lost_at is None and now - worker.seen_at < SILENT


def what_is_amiss(workers: Sequence[Worker], now: datetime) -> list[str]:
    """Return in sentences what the workers that are there lack together: `NOBODY` when there are none."""
    there = [worker for worker in workers if is_there(worker, now)]
    said = lacks_polls(workers, now)
    if there and not any(worker.role.delivers for worker in there):
        said.append("No worker sends messages. Start one: news-monitor run --role deliver")
    first: dict[str, Worker] = {}
    for worker in there:
        first.setdefault(worker.setup, worker)
    if len(first) > 1:
        unlike = " and ".join(worker.name for worker in first.values())
        said.append(f"Workers have read different configurations: {unlike}. Give all of them the same.")
    return said


def lacks_polls(workers: Sequence[Worker], now: datetime) -> list[str]:
    """Return the sentence that says why no feed is polled, if so."""
    there = [worker for worker in workers if is_there(worker, now)]
    if any(worker.role.polls for worker in there):
        return []
    return [_NO_POLLS if there else NOBODY]
