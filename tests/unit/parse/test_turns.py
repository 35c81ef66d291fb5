import asyncio

import pytest

from monitor.parse.turns import Turns


async def held(turns: Turns, size: int, done: list[int]) -> None:
    async with turns.place(size):
        await asyncio.sleep(0)
        done.append(size)


def test_the_smallest_goes_first_whoever_came_first() -> None:
    async def scenario() -> list[int]:
        turns, done = Turns(1), list[int]()
        await asyncio.gather(*(held(turns, size, done) for size in (50, 900, 20, 400, 1)))
        return done

    assert asyncio.run(scenario()) == [50, 1, 20, 400, 900]


def test_no_more_are_in_than_there_are_places() -> None:
    inside = most = 0

    async def scenario() -> None:
        turns = Turns(3)

        async def enter(size: int) -> None:
            nonlocal inside, most
            async with turns.place(size):
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0)
                inside -= 1

        await asyncio.gather(*map(enter, range(20)))

    asyncio.run(scenario())
    assert (inside, most) == (0, 3)


@pytest.mark.parametrize("given", [False, True])
def test_who_gives_up_waiting_costs_no_place(given: bool) -> None:
    async def scenario() -> list[int]:
        turns, done = Turns(1), list[int]()
        async with turns.place(1):
            waiting = asyncio.create_task(held(turns, 2, done))
            await asyncio.sleep(0)
            if not given:
                waiting.cancel()
        if given:
            waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        async with asyncio.timeout(1):
            await asyncio.gather(held(turns, 3, done), held(turns, 4, done))
        return done

    assert asyncio.run(scenario()) == [3, 4]


def test_more_places_let_in_those_who_wait_and_fewer_hold_on_to_those_who_are_in() -> None:
    async def scenario() -> list[int]:
        turns, inside, leave = Turns(1), list[int](), asyncio.Event()

        async def stay(size: int) -> None:
            async with turns.place(size):
                inside.append(size)
                await leave.wait()

        tasks = [asyncio.create_task(stay(size)) for size in (1, 2, 3, 4)]
        await asyncio.sleep(0)
        counts = [len(inside)]
        turns.change(3)
        await asyncio.sleep(0)
        counts.append(len(inside))
        turns.change(1)
        leave.set()
        await asyncio.gather(*tasks)
        leave.clear()
        tasks = [asyncio.create_task(stay(size)) for size in (5, 6)]
        await asyncio.sleep(0)
        counts.append(len(inside) - 4)
        leave.set()
        await asyncio.gather(*tasks)
        return counts

    assert asyncio.run(scenario()) == [1, 3, 1]


def test_who_needs_several_places_waits_until_so_many_are_free() -> None:
    async def scenario() -> list[list[str]]:
        turns, inside = Turns(2), list[str]()

        async def stay(name: str, size: int, places: int, leave: asyncio.Event) -> None:
            async with turns.place(size, places):
                inside.append(name)
                await leave.wait()

        leaving = [asyncio.Event() for _ in range(4)]
        who = [("first", 1, 1), ("second", 1, 1), ("large", 9, 2), ("third", 2, 1)]
        tasks = [asyncio.create_task(stay(*each, leave)) for each, leave in zip(who, leaving, strict=True)]
        seen = []
        for leave in (leaving[0], leaving[1], leaving[3], leaving[2]):
            for _ in range(3):
                await asyncio.sleep(0)
            seen.append(list(inside))
            leave.set()
        await asyncio.gather(*tasks)
        return seen

    two, three = ["first", "second"], ["first", "second", "third"]
    assert asyncio.run(scenario()) == [two, three, three, [*three, "large"]]
