import asyncio
import logging
from collections.abc import Sequence

import pytest

from monitor.errors import LeaseLost, StoreError
from monitor.pipeline.crew import Crew, Duty


class Desk:
    """Due work, and a gate that each piece waits at until the test opens it."""

    def __init__(self, *due: str) -> None:
        self.due = list(due)
        self.running: set[str] = set()
        self.most = 0
        self.done: list[str] = []
        self.cancelled: list[str] = []
        self.gate = asyncio.Event()
        self.all_done = asyncio.Event()

    async def claim(self, limit: int) -> Sequence[str]:
        claimed, self.due = self.due[:limit], self.due[limit:]
        return claimed

    async def work(self, piece: str) -> None:
        self.running.add(piece)
        self.most = max(self.most, len(self.running))
        try:
            await self.gate.wait()
            if piece == "bad":
                raise ValueError("broken piece")
            self.done.append(piece)
        except asyncio.CancelledError:
            self.cancelled.append(piece)
            raise
        finally:
            self.running.discard(piece)
            if not (self.due or self.running):
                self.all_done.set()


def test_no_more_runs_at_once_than_the_capacity_and_all_gets_done() -> None:
    async def scenario() -> Desk:
        desk = Desk(*"abcdefghij")
        crew = Crew(Duty(claim=desk.claim, work=desk.work, capacity=3))
        desk.gate.set()
        await crew.run_until_idle()
        return desk

    desk = asyncio.run(scenario())
    assert sorted(desk.done) == list("abcdefghij")
    assert desk.most <= 3


def test_work_is_claimed_half_a_crew_at_a_time_not_piece_by_piece() -> None:
    async def scenario() -> tuple[Desk, list[int]]:
        desk = Desk(*map(str, range(50)))
        claims: list[int] = []

        async def claim(limit: int) -> Sequence[str]:
            claims.append(limit)
            return await desk.claim(limit)

        crew = Crew(Duty(claim=claim, work=desk.work, capacity=10))
        asyncio.get_running_loop().call_soon(desk.gate.set)
        await crew.run_until_idle()
        return desk, claims

    desk, claims = asyncio.run(scenario())
    assert len(desk.done) == 50
    assert min(claims) >= 5


def test_one_tick_goes_on_by_itself_until_all_is_done() -> None:
    async def scenario() -> Desk:
        desk = Desk(*"abcdefghij")
        crew = Crew(Duty(claim=desk.claim, work=desk.work, capacity=2))
        desk.gate.set()
        await crew.tick()
        async with asyncio.timeout(5):
            await desk.all_done.wait()
        await crew.stop(0)
        return desk

    assert sorted(asyncio.run(scenario()).done) == list("abcdefghij")


def test_slow_pieces_make_room_for_others_within_a_bound() -> None:
    async def scenario() -> Desk:
        desk = Desk(*map(str, range(40)))
        crew = Crew(Duty(claim=desk.claim, work=desk.work, capacity=2, slow_after=0.001))
        for _ in range(100):
            await crew.tick()
            await asyncio.sleep(0.002)
        desk.gate.set()
        await crew.run_until_idle()
        return desk

    desk = asyncio.run(scenario())
    assert (desk.most, len(desk.done)) == (10, 40)


def test_without_a_limit_of_their_own_slow_pieces_keep_their_places() -> None:
    async def scenario() -> Desk:
        desk = Desk(*"abcd")
        crew = Crew(Duty(claim=desk.claim, work=desk.work, capacity=2))
        for _ in range(20):
            await crew.tick()
            await asyncio.sleep(0.001)
        await crew.stop(0)
        return desk

    assert asyncio.run(scenario()).most == 2


def test_a_piece_that_raises_costs_only_itself(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> Desk:
        desk = Desk("a", "bad", "b")
        crew = Crew(Duty(claim=desk.claim, work=desk.work, capacity=3))
        desk.gate.set()
        await crew.run_until_idle()
        return desk

    with caplog.at_level(logging.ERROR, logger="monitor"):
        assert sorted(asyncio.run(scenario()).done) == ["a", "b"]
    assert "broken piece" in caplog.text


def test_stopping_waits_for_what_runs_and_claims_no_more() -> None:
    async def scenario() -> tuple[Desk, int]:
        desk = Desk("a", "b", "c")
        crew = Crew(Duty(claim=desk.claim, work=desk.work, capacity=2))
        await crew.tick()
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(desk.gate.set)
        late = await crew.stop(5)
        return desk, late

    desk, late = asyncio.run(scenario())
    assert (sorted(desk.done), desk.due, late) == (["a", "b"], ["c"], 0)


def test_stopping_cancels_what_takes_too_long() -> None:
    async def scenario() -> tuple[Desk, int]:
        desk = Desk("a", "b")
        crew = Crew(Duty(claim=desk.claim, work=desk.work, capacity=2))
        await crew.tick()
        await asyncio.sleep(0)
        return desk, await crew.stop(0)

    desk, late = asyncio.run(scenario())
    assert (sorted(desk.cancelled), desk.done, late) == (["a", "b"], [], 2)


def test_what_is_under_way_is_done_as_it_was_begun_and_the_next_by_the_new_duty() -> None:
    async def scenario() -> tuple[Desk, Desk]:
        old, new = Desk("a"), Desk("b")
        crew = Crew(Duty(claim=old.claim, work=old.work, capacity=2))
        await crew.tick()
        async with crew.pausing():
            crew.duty = Duty(claim=new.claim, work=new.work, capacity=2)
        await crew.tick()
        assert crew.busy == 2
        old.gate.set()
        new.gate.set()
        await crew.run_until_idle()
        return old, new

    old, new = asyncio.run(scenario())
    assert (old.done, new.done) == (["a"], ["b"])


def test_what_is_under_way_counts_when_the_new_duty_has_less_room() -> None:
    async def scenario() -> int:
        old, new = Desk("a", "b", "c"), Desk("d", "e")
        crew = Crew(Duty(claim=old.claim, work=old.work, capacity=3))
        await crew.tick()
        crew.duty = Duty(claim=new.claim, work=new.work, capacity=2)
        started = await crew.tick()
        old.gate.set()
        new.gate.set()
        await crew.run_until_idle()
        assert new.done == ["d", "e"]
        return started

    assert asyncio.run(scenario()) == 0


def test_nothing_is_claimed_while_it_pauses_and_what_was_claimed_before_is_begun() -> None:
    async def scenario() -> list[str]:
        desk = Desk("a", "b")
        claiming, go_on = asyncio.Event(), asyncio.Event()

        async def claim(limit: int) -> Sequence[str]:
            claiming.set()
            await go_on.wait()
            return await desk.claim(1)

        crew = Crew(Duty(claim=claim, work=desk.work, capacity=1))
        ticking = asyncio.create_task(crew.tick())
        await claiming.wait()
        go_on.set()
        async with crew.pausing():
            assert ticking.done()
            another = asyncio.create_task(crew.tick())
            await asyncio.sleep(0)
            assert desk.due == ["b"]
        desk.gate.set()
        await another
        await crew.run_until_idle()
        return desk.done

    assert asyncio.run(scenario()) == ["a", "b"]


def test_a_claim_that_fails_is_raised_to_the_ticker_and_the_next_one_works() -> None:
    async def scenario() -> list[str]:
        desk = Desk("a")
        fail = [True]

        async def claim(limit: int) -> Sequence[str]:
            if fail.pop() if fail else False:
                raise OSError("disk full")
            return await desk.claim(limit)

        crew = Crew(Duty(claim=claim, work=desk.work, capacity=1))
        with pytest.raises(OSError, match="disk full"):
            await crew.tick()
        desk.gate.set()
        await crew.run_until_idle()
        return desk.done

    assert asyncio.run(scenario()) == ["a"]


def test_a_claim_between_ticks_that_fails_is_left_to_the_next_tick(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        desk = Desk("a")
        failed = asyncio.Event()

        async def claim(limit: int) -> Sequence[str]:
            if desk.done:
                failed.set()
                raise OSError("disk full")
            return await desk.claim(limit)

        crew = Crew(Duty(claim=claim, work=desk.work, capacity=1))
        await crew.tick()
        desk.gate.set()
        await failed.wait()
        with pytest.raises(OSError, match="disk full"):
            await crew.tick()

    asyncio.run(scenario())
    assert caplog.records == []


def test_work_that_came_too_late_is_told_in_a_line(caplog: pytest.LogCaptureFixture) -> None:
    async def claim(_: int) -> Sequence[str]:
        return ["late"] if not crew.busy and not crew.ticks else []

    async def work(_: str) -> None:
        raise LeaseLost("feed 1: taken over by another worker")

    crew = Crew(Duty(claim=claim, work=work, capacity=1))
    with caplog.at_level(logging.INFO, "monitor"):
        asyncio.run(crew.run_until_idle())

    (record,) = caplog.records
    assert (record.levelname, record.getMessage()) == ("WARNING", "came too late")
    assert record.exc_info is None
    assert record.__dict__["fields"] == {"detail": "feed 1: taken over by another worker"}


def test_once_all_that_is_due_was_claimed_those_who_finish_together_ask_together() -> None:
    async def scenario() -> tuple[Desk, list[int]]:
        desk = Desk(*"abcdefgh")
        claims: list[int] = []

        async def claim(limit: int) -> Sequence[str]:
            claims.append(limit)
            return await desk.claim(limit)

        async def work(piece: str) -> None:
            for _ in range(ord(piece[0])):  # one after another
                await asyncio.sleep(0)
            await desk.work(piece)

        crew = Crew(Duty(claim=claim, work=work, capacity=10, moment=0.01))
        desk.gate.set()
        await crew.tick()
        await desk.all_done.wait()
        desk.due.append("late")
        desk.all_done.clear()
        await desk.all_done.wait()
        return desk, claims

    desk, claims = asyncio.run(scenario())
    assert desk.done == [*"abcdefgh", "late"]
    assert len(claims) == 2


async def test_work_that_the_database_failed_for_is_given_back_before_more_is_claimed() -> None:
    said: list[str] = []
    broken = [StoreError("no room")] * 2

    async def claim(_: int) -> Sequence[str]:
        said.append("claim")
        return ["a"] if len(said) == 1 else []

    async def work(piece: str) -> None:
        raise broken.pop()

    async def give_back(piece: str) -> None:
        if broken:
            raise broken.pop()
        said.append(f"give back {piece}")

    crew = Crew(Duty(claim=claim, work=work, capacity=2, moment=9, give_back=give_back))
    await crew.tick()
    await asyncio.sleep(0)
    with pytest.raises(StoreError, match="no room"):
        await crew.tick()
    await crew.tick()
    assert said == ["claim", "give back a", "claim"]
