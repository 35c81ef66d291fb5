"""When a story that is known is worth another message."""

import pytest

from monitor.story import Move, moved_on
from tests.unit.story.headlines import told


@pytest.mark.parametrize(
    ("known", "new", "move"),
    [
        ("Fire in Lyon nightclub kills 12", "Fire in Lyon nightclub kills 12, injures 30", Move.FIGURES),
        ("Ferry with 120 aboard sinks off Paros", "Ferry with 124 aboard sinks off Paros", Move.FIGURES),
        ("Former mayor Duval in bribery case", "Former mayor Duval charged in bribery case", Move.STAGE),
        ("Zwei Bergsteiger am Eiger vermisst", "Vermisste Bergsteiger am Eiger gefunden", Move.STAGE),
        ("Actor Tom Varley dies", "Actor Tom Varley dies at 91", None),
        ("Treaty of Riga signed by 12 states", "Treaty of Riga of 2026 signed by 12 states", None),
        ("Fire in Lyon nightclub kills 12", "12 dead in Lyon nightclub fire", None),
        ("Tube strike planned", "Tube strike planned for Monday", None),
    ],
)
def test_a_new_stage_or_number_moves_a_story_on(known: str, new: str, move: Move | None) -> None:
    assert moved_on([told(known, 1)], [told(new, 2)], outlets=5) is move


def test_what_any_message_has_told_is_not_news_again() -> None:
    first, second = (
        told("Fire in Lyon nightclub kills 12", 1),
        told("Lyon nightclub fire: 12 dead, 30 hurt", 2),
    )
    third = told("Nightclub fire in Lyon kills 12, injures 30", 3)

    assert moved_on([first], [second], outlets=5) is Move.FIGURES
    assert moved_on([first, second], [third], outlets=5) is None


def test_a_story_moves_on_when_enough_more_feeds_have_it() -> None:
    first, *rest = [told("Ferry sinks off Paros", number) for number in range(1, 5)]
    again = told("Ferry sinks off Paros", 9, feed="feed 1")

    assert moved_on([first], [*rest[:2], again], outlets=3) is None
    assert moved_on([first], [*rest, again], outlets=3) is Move.OUTLETS


def test_without_new_entries_nothing_has_moved() -> None:
    assert moved_on([told("Ferry sinks off Paros")], [], outlets=1) is None
