"""Which polls make one line of a feed's history?"""

from dataclasses import replace

from monitor.model import PollRun


def follow(run: PollRun | None, poll: PollRun) -> tuple[PollRun | None, tuple[PollRun, ...]]:
    """Return the run that goes on after `poll`, a run of one, and those that are over with it.

    Polls that brought nothing new go together when they failed for the same reason or all succeeded,
    whether by a 304, by the same bytes or by others. A poll that brought entries stands alone.
    """
    before = (run,) if run else ()
    if poll.entries:
        return None, (*before, poll)
    if run is None or not _alike(run, poll):
        return poll, before
    return replace(poll, began_at=run.began_at, polls=run.polls + 1), ()


def _alike(run: PollRun, poll: PollRun) -> bool:
    return run.reason is poll.reason or (run.reason.is_success and poll.reason.is_success)
