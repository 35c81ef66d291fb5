"""What a parser process that was taken over may answer."""

import contextlib
import os
import pickle
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Entry, ParsedFeed, ParseFailed, Reason
from monitor.parse.answers import StrangeAnswer, read_answer

ANSWER = ParsedFeed(
    title="World", entries=(Entry(title="Truce", published_at=datetime(2026, 11, 26, tzinfo=UTC)),)
)


class Calls:
    """Pickles as a call, as a stranger would write it."""

    def __init__(self, *call: Any) -> None:
        self._call = call

    def __reduce__(self) -> tuple[Any, ...]:
        function, *arguments = self._call
        return function, tuple(arguments)


def test_our_own_words_are_read() -> None:
    failed = ParseFailed(reason=Reason.NOT_A_FEED, detail="a page")
    for answer in (ANSWER, failed, timedelta(hours=1)):
        assert read_answer(pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)) == answer


@pytest.mark.parametrize("protocol", [0, 2, 5])
def test_nothing_is_called_for_an_answer(tmp_path: Path, protocol: int) -> None:
    there = str(tmp_path / "there")
    for call in (
        Calls(os.mkdir, there),
        Calls(getattr, Path(there), "mkdir"),
        Calls(eval, f"__import__('os').mkdir({there!r})"),
    ):
        with pytest.raises(StrangeAnswer):
            read_answer(pickle.dumps([ANSWER, call], protocol))
    assert not Path(there).exists()


@pytest.mark.parametrize(
    "name",
    [
        b"monitor.model.entry\nEntry.__init__",
        b"monitor.model.base\nre",
        b"monitor.model.base\nre.sys.exit",
        b"monitor.modelling\nEntry",
    ],
)
def test_no_way_leads_from_our_words_to_others(name: bytes) -> None:
    with pytest.raises(StrangeAnswer):
        read_answer(b"c" + name + b"\n.")
    module, _, path = name.partition(b"\n")
    parts = b"".join(b"\x8c" + bytes([len(part)]) + part for part in (module, path))
    with pytest.raises(StrangeAnswer):
        read_answer(b"\x80\x04" + parts + b"\x93.")


@given(st.binary(max_size=60), st.integers(0, 400), st.integers(0, 20))
def test_any_bytes_are_an_answer_or_a_strange_one(strange: bytes, at: int, gone: int) -> None:
    answer = pickle.dumps(ANSWER)
    for damaged in (strange, answer[:at] + strange + answer[at + gone :]):
        with contextlib.suppress(StrangeAnswer):
            read_answer(damaged)
