"""The checker, by logs written down by hand."""

from dataclasses import replace
from typing import Any

import pytest

from tests.faults.check import Blow, Evidence, Row, judge
from tests.faults.newsroom import Receipt, Served

TOKEN, LATER = "token-0-0", "token-0-1"
HERE = (TOKEN, "desk")


def receipt(at: float, answer: str = "ok", token: str = TOKEN) -> Receipt:
    return Receipt(at, "desk", frozenset([token]), answer)


def served(*tokens: str, complete: bool = True) -> Served:
    return Served(0.0, 0, frozenset(tokens), complete)


def row(state: str = "sent", token: str = TOKEN, seen: str = "12:00") -> Row:
    return Row(token, "desk", state, seen)


def evidence(**changes: Any) -> Evidence:
    """One entry that was served, told at 1 and recorded."""
    usual = Evidence(
        channels=["desk"],
        served=[served(TOKEN)],
        decoys=frozenset(),
        receipts=[receipt(1.0)],
        rows=[row()],
        blows=[],
        quiet=0.5,
    )
    return replace(usual, **changes)


def test_what_was_served_and_told_once_is_well() -> None:
    verdict = judge(evidence())
    assert (verdict.faults, verdict.due, verdict.accepted, verdict.duplicates) == ([], 1, 1, 0)
    assert verdict.drained == 0.5


@pytest.mark.parametrize("receipts", [[], [receipt(1.0, "500")], [receipt(1.0, "ambiguous")]])
@pytest.mark.parametrize("rows", [[], [row("sent")]])
def test_what_no_channel_has_accepted_is_lost_whatever_the_database_says(
    receipts: list[Receipt], rows: list[Row]
) -> None:
    assert judge(evidence(receipts=receipts, rows=rows)).lost == (HERE,)


def test_what_is_shown_as_refused_is_not_lost() -> None:
    verdict = judge(evidence(receipts=[receipt(1.0, "refused")], rows=[row("dead")]))
    assert (verdict.failed, verdict.faults) == ((HERE,), [])


def test_what_the_database_calls_dead_though_nobody_refused_it_is_lost() -> None:
    assert judge(evidence(receipts=[], rows=[row("dead")])).lost == (HERE,)


def test_what_still_waits_is_late() -> None:
    assert judge(evidence(receipts=[], rows=[row("pending")])).late == (HERE,)


def test_half_a_document_makes_nothing_due() -> None:
    verdict = judge(evidence(served=[served(TOKEN, complete=False)], receipts=[], rows=[]))
    assert (verdict.due, verdict.faults) == (0, [])


def test_what_was_never_served_or_is_wanted_by_no_rule_is_invented() -> None:
    assert judge(evidence(served=[])).invented == (HERE,)
    assert judge(evidence(decoys=frozenset([TOKEN]))).invented == (HERE,)


TWICE = [receipt(1.0), receipt(3.0)]


def test_a_copy_that_nothing_explains_is_a_fault() -> None:
    verdict = judge(evidence(receipts=TWICE))
    assert (verdict.duplicates, verdict.bound, verdict.unexplained) == (1, 0, (HERE,))


@pytest.mark.parametrize("blow", [Blow("after send", 2.0, 2.0), Blow("stopped", 0.5, 2.0)])
def test_a_kill_or_a_stop_in_between_explains_one_copy_a_channel(blow: Blow) -> None:
    assert judge(evidence(receipts=TWICE, blows=[blow])).faults == []
    thrice = judge(evidence(receipts=[*TWICE, receipt(4.0)], blows=[blow]))
    assert thrice.unexplained == (HERE,)


@pytest.mark.parametrize("blow", [Blow("after send", 0.5, 0.5), Blow("after send", 3.5, 3.5)])
def test_a_kill_before_or_afterwards_explains_nothing(blow: Blow) -> None:
    assert judge(evidence(receipts=TWICE, blows=[blow])).unexplained == (HERE,)


def test_an_answer_that_never_came_explains_a_copy() -> None:
    verdict = judge(evidence(receipts=[receipt(1.0, "ambiguous"), receipt(3.0)]))
    assert (verdict.duplicates, verdict.bound, verdict.faults) == (1, 1, [])


BOTH = {
    "served": [served(TOKEN, LATER)],
    "rows": [row(), row(token=LATER, seen="12:01")],
}


def test_what_overtakes_an_entry_of_its_feed_is_disordered() -> None:
    overtaken = judge(evidence(**BOTH, receipts=[receipt(1.0, token=LATER), receipt(2.0)]))
    assert overtaken.disordered == ((LATER, "desk"),)


def test_what_a_channel_has_turned_away_may_be_overtaken() -> None:
    receipts = [receipt(0.5, "500"), receipt(1.0, token=LATER), receipt(2.0)]
    assert judge(evidence(**BOTH, receipts=receipts)).faults == []
