"""A day in a newsroom: made-up outlets publish hour by hour, and the real program watches them on a stepped clock.

What it leaves in the database is what pages are shown and tried with; the daemon then goes on from there in real time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tests.support.feed_server import Answer, FeedServer
from tests.support.rss import Item, rss
from tests.support.sinks import Answer as Refusal
from tests.support.sinks import WebhookSink
from tests.support.stepped import Stepped

HOURS = 26
OUTLETS = (
    "Morning Courier",
    "World Gazette",
    "Radio Nord",
    "The Harbour Post",
    "Pacific Wire",
    "Le Quotidien",
)
# Hour of the day (0 is the first), outlet by its place, headline, summary.
NEWS = (
    (
        2,
        0,
        "Ukraine talks open in Geneva with a ceasefire on the table",
        "Envoys met behind closed doors on Monday. A truce of thirty days is the first item, diplomats said.",
    ),
    (
        3,
        1,
        "Geneva: Ukraine talks open, ceasefire on the table",
        "A ceasefire of thirty days is the first item of the talks, which are to last until Friday.",
    ),
    (
        3,
        2,
        "Ceasefire on the table as Ukraine talks open in Geneva",
        "The delegations arrived at the lake in the morning. Nobody spoke to the press.",
    ),
    (
        5,
        4,
        "Magnitude 7.2 earthquake off the northern coast",
        "Depth 22 km. Shaking was felt for about a minute in the port cities.",
    ),
    (
        6,
        3,
        "Earthquake of magnitude 7.2 off the northern coast",
        "The harbour was closed, and trains were stopped for an inspection of the bridges.",
    ),
    (
        8,
        0,
        "New rules on chip exports catch suppliers off guard",
        "Makers of semiconductor tools have sixty days to apply for licences under the export rules.",
    ),
    (
        9,
        5,
        "Bakers of Larkfold set a record with a bread of forty metres",
        "It took nineteen ovens, and was eaten within the hour.",
    ),
    (
        11,
        1,
        "Strong aftershock rattles coast as rescuers reach the last villages",
        "The 6.1 aftershock struck at dawn, about 40 km from the epicentre of the earthquake.",
    ),
    (12, 2, "Library of Larkfold lends out its millionth book", "It was a volume on the keeping of bees."),
    (
        14,
        3,
        "Night trains return to the Tavel valley after eleven years",
        "Tickets for the first night were gone within minutes.",
    ),
    (
        16,
        4,
        "Ukraine talks: delegations ask for more time in Geneva",
        "A ceasefire before the weekend is possible, diplomats say.",
    ),
    (
        18,
        5,
        "Ukraine : les pourparlers durent, un cessez-le-feu reste possible",
        "Les délégations demandent du temps.",
    ),
    (
        20,
        0,
        "Ukraine talks: both sides agree to a 30-day ceasefire from Friday",
        "After eleven hours in Geneva, the delegations signed a text that halts fighting along the whole line.",
    ),
    (
        20,
        1,
        "Both sides agree to a 30-day ceasefire in Ukraine from Friday",
        "Observers are to move in within 48 hours of the truce, a spokeswoman for the hosts said.",
    ),
    (
        21,
        4,
        "Both sides agree to 30-day Ukraine ceasefire, to begin Friday",
        "Prisoners will be exchanged in three rounds, the text says.",
    ),
    (
        22,
        3,
        "&lt;script&gt;alert('ceasefire')&lt;/script&gt; Ukraine & the markets",
        "Prices fell after the ceasefire; \u202egnihton\u202c else did. &lt;img src=x onerror=alert(1)&gt;",
    ),
    (
        23,
        2,
        "Football: Westmere Rovers sign a goalkeeper of seventeen",
        "He will wear the number one from Saturday on.",
    ),
    (24, 5, "Central bank of Westmere leaves its rate unchanged", "It was the fourth time in a row."),
)
PLACES = ("Larkfold", "Westmere", "Mount Tavel", "The valley", "The coast")
MATTERS = (
    "council votes on later shop hours",
    "new bridge opens to bicycles first",
    "school wins the regional chess cup",
    "museum of clocks asks visitors to come on time",
    "ferry companies settle their dispute",
    "orchard growers expect a late harvest",
    "observatory sees its oldest comet yet",
)
CONFIG = """
[monitor]
database = "sqlite:///scene.db"
timezone = "Europe/Paris"
poll_every = "1m"
adaptive = false
first_poll = "silent"

[fetch]
allow_networks = ["127.0.0.0/8"]

[delivery]
max_attempts = 3

[web]
listen = "127.0.0.1:{page}"

[[channels]]
name = "desk"
url = "json://127.0.0.1:{sink}/desk"

[[channels]]
name = "night"
url = "json://127.0.0.1:{sink}/night"
quiet_hours = ["00:00-23:59"]

[[channels]]
name = "old-pager"
url = "json://127.0.0.1:{sink}/gone"

[[rules]]
name = "ukraine-ceasefire"
query = "Ukraine (ceasefire OR truce)"
channels = ["desk", "night"]
[[rules.tests]]
title = "Cease-fire in Ukraine holds"
match = true

[[rules]]
name = "earthquakes"
query = "earthquake OR aftershock"
channels = ["desk", "old-pager"]
priority = "high"

[[rules]]
name = "chip-exports"
query = "(chip OR semiconductor) export*"
channels = ["desk"]
tags = ["business"]
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where it plays: the configuration, and the time at which the last hour began."""

    config: Path
    ended_at: datetime


def play(folder: Path, feeds: FeedServer, sink: WebhookSink, *, now: datetime, page: int = 0) -> Scene:
    """Let the day pass that ends at `now`, with the page to be served on port `page`."""
    sink.routes["/gone"] = Refusal(status=404, body=b"no such pager")
    start = now - timedelta(hours=HOURS)
    config = folder / "config.toml"
    config.write_text(CONFIG.format(page=page, sink=sink.port) + "\n".join(_feeds(feeds)), encoding="utf-8")
    _publish(feeds, start, 0)
    with Stepped(config, start) as monitor:
        for hour in range(1, HOURS + 1):
            _publish(feeds, start, hour)
            monitor.go_on(timedelta(hours=1))
    return Scene(config, now)


def _feeds(feeds: FeedServer) -> Iterator[str]:
    for at, name in enumerate(OUTLETS):
        tags = '["business"]' if at == 0 else '["world"]'
        yield f'[[feeds]]\nurl = "{feeds.url(_path(at))}"\nname = "{name}"\ntags = {tags}\nfull_text = "never"\n'
    yield f'[[feeds]]\nurl = "{feeds.url("/lost.xml")}"\nname = "Lost Times"\n'
    yield f'[[feeds]]\nurl = "{feeds.url("/paused.xml")}"\nname = "Paused Post"\nenabled = false\n'


def _publish(feeds: FeedServer, start: datetime, hour: int) -> None:
    """Let each outlet show what it has published by this hour, the newest first."""
    for at, outlet in enumerate(OUTLETS):
        old = Item(
            title=f"What {outlet} wrote the day before",
            guid=f"{at}-old",
            published=start - timedelta(hours=5),
        )
        items = [old, *(item for published, item in _items(start, at) if published <= hour)]
        feeds.script(_path(at), Answer(body=rss(*reversed(items), title=outlet)))


def _items(start: datetime, outlet: int) -> Iterator[tuple[int, Item]]:
    for number, (hour, at, title, summary) in enumerate((*NEWS, *_small_news())):
        if at == outlet:
            link = f"https://{_path(at)[1:-4]}.example/{number}"
            published = start + timedelta(hours=hour - 1, minutes=50)
            yield hour, Item(title=title, guid=link, link=link, description=summary, published=published)


def _small_news() -> Iterator[tuple[int, int, str, str]]:
    """What else is in the papers: more by day than by night."""
    for hour in range(1, HOURS + 1):
        for number in range(6 if 6 <= hour <= 19 else 2):
            place, matter = PLACES[(hour + number) % len(PLACES)], MATTERS[(hour * 5 + number) % len(MATTERS)]
            yield (
                hour,
                number,
                f"{place}: {matter}",
                f"The matter of {place} was discussed for {hour + number + 1} hours.",
            )


def _path(at: int) -> str:
    return "/" + OUTLETS[at].lower().replace(" ", "-") + ".xml"
