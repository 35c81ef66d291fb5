"""What a message is known by."""

from dataclasses import replace

import pytest

from monitor.model import Alert, Bulletin, MessageFormat, Notice, Occasion
from tests.unit.alert.alerts import PUBLISHED, SEEN, TALKS, alert, rendered

TOLD = replace(alert(TALKS), story=7)
NOTICE = Notice(id=1, created_at=SEEN, subject="2 feeds fail", lines=("a", "b"))


def bulletin(*alerts: Alert, occasion: Occasion = Occasion.GROUP) -> Bulletin:
    return Bulletin(
        occasion=occasion,
        alerts=alerts,
        total=len(alerts),
        rules={"ukraine-ceasefire": len(alerts)},
        since=PUBLISHED,
    )


OTHERS: list[Alert | Bulletin | Notice] = [
    TOLD,
    replace(TOLD, id=2),
    replace(TOLD, created_at=PUBLISHED),
    NOTICE,
    bulletin(TOLD, replace(TOLD, id=2)),
    bulletin(TOLD, replace(TOLD, id=3)),
    bulletin(TOLD, replace(TOLD, id=2), occasion=Occasion.DIGEST),
]


def test_each_message_has_a_key_of_its_own_that_stays() -> None:
    keys = [rendered(about, MessageFormat.MAIL).key for about in OTHERS]
    assert len(set(keys)) == len(OTHERS)
    assert keys == [rendered(about, MessageFormat.MAIL).key for about in OTHERS]


@pytest.mark.parametrize("about", [TOLD, replace(TOLD, id=2), bulletin(TOLD, occasion=Occasion.QUIET)])
def test_messages_about_one_story_are_of_one_thread(about: Alert | Bulletin) -> None:
    assert rendered(about, MessageFormat.MAIL).thread == rendered(TOLD, MessageFormat.MAIL).thread is not None


@pytest.mark.parametrize("about", [alert(TALKS), NOTICE, bulletin(TOLD, replace(TOLD, id=2))])
def test_what_is_about_no_story_or_several_is_of_no_thread(about: Alert | Bulletin | Notice) -> None:
    assert rendered(about, MessageFormat.MAIL).thread is None
