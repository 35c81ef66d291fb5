from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import NO_HINTS, PublisherHints
from monitor.parse.hints import about_feed, read_hints, read_language
from tests.unit.parse.documents import parsed

ITEM = "<item><title>Truce</title><guid>1</guid></item>"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def hints(channel: str, *, items: str = ITEM, after: str = "") -> PublisherHints:
    text = (
        '<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">'
        f"<channel><title>World</title>{channel}{items}{after}</channel></rss>"
    )
    return parsed(text).hints


def sy(period: str = "", frequency: str = "", base: str = "") -> str:
    values = (("updatePeriod", period), ("updateFrequency", frequency), ("updateBase", base))
    return "".join(f"<sy:{name}>{value}</sy:{name}>" for name, value in values if value)


@pytest.mark.parametrize(
    ("channel", "refresh"),
    [
        ("", None),
        ("<ttl>60</ttl>", HOUR),
        ("<ttl>\n 60 </ttl>", HOUR),
        ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>an hour</ttl>", None),
        ("<ttl>" + "9" * 400 + "</ttl>", None),
        ("<!-- <ttl>60</ttl> -->", None),
        (sy("hourly"), HOUR),
        (sy("hourly", "4"), HOUR / 4),
        (sy("daily", "2"), 12 * HOUR),
        (sy("weekly"), 7 * DAY),
        (sy("monthly"), 30 * DAY),
        (sy("yearly"), 365 * DAY),
        (sy("", "2"), 12 * HOUR),  # daily is the default
        (sy("hourly", "0"), HOUR),
        (sy("fortnightly"), None),
        ("<ttl>30</ttl>" + sy("hourly"), HOUR),
        ("<ttl>120</ttl>" + sy("hourly"), 2 * HOUR),
    ],
)
def test_how_long_a_document_stays_current_is_read(channel: str, refresh: timedelta | None) -> None:
    assert hints(channel).refresh == refresh


def test_when_a_document_changes_is_read() -> None:
    at = datetime(2000, 1, 1, 11, tzinfo=UTC)
    assert hints(sy("hourly", "2", "2000-01-01T12:00+01:00")) == PublisherHints(refresh=HOUR / 2, base=at)
    assert hints(sy("hourly", "2", "2000-01-01T11:00")).base == at
    assert hints(sy("hourly", "2", "noon")).base is None
    assert hints(sy("hourly", "2", "0001-01-01T00:00+14:00")).base is None
    assert hints("<ttl>120</ttl>" + sy("hourly", "2", "2000-01-01T12:00Z")).base is None


def test_hours_and_days_to_leave_out_are_read() -> None:
    hours = (
        "<skipHours><hour>0</hour><hour> 23 </hour><hour>24</hour><hour>25</hour><hour>x</hour></skipHours>"
    )
    days = "<skipDays><day>Saturday</day><day> sunday </day><day>Caturday</day></skipDays>"
    assert hints(hours + days) == PublisherHints(skip_hours=frozenset({0, 23}), skip_days=frozenset({5, 6}))


def test_hints_behind_the_items_are_read() -> None:
    assert hints("", after="<ttl>60</ttl>").refresh == HOUR


def test_what_stands_in_an_item_is_no_hint() -> None:
    item = "<item><title>a</title><guid>1</guid><ttl>60</ttl></item>"
    assert hints("", items=item + item) == NO_HINTS


@pytest.mark.parametrize(
    "junk",
    [
        *("<!--", "<ttl>", "<skipHours><hour>", "<sy:updatePeriod>", "<item ", "</item>"),
        *("<feed ", "<feed xml:lang ", "<language>", "<language><![CDATA["),
    ],
)
def test_junk_costs_no_time(junk: str) -> None:
    start = datetime.now(UTC)
    about = about_feed(junk * 1_000_000)
    read_hints(about)
    read_language(about)
    assert datetime.now(UTC) - start < timedelta(seconds=2)
