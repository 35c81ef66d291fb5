"""A night in a newsroom: the alerts that the documentation shows, and what is said of them."""

from datetime import UTC, datetime, timedelta

from monitor.match import compile_rules
from monitor.model import Alert, Bulletin, Entry, Match, Occasion, Origin, Progress, Rule

MORNING = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)

_RULES = compile_rules(
    [
        Rule(name="ukraine-ceasefire", query="Ukraine (ceasefire OR truce OR talks)", channels=("desk",)),
        Rule(name="earthquakes", query="earthquake OR aftershock", channels=("desk",)),
        Rule(name="chip-exports", query="(chip OR semiconductor) export*", channels=("desk",)),
    ]
)
_SLUGS = iter(range(48_213, 49_000, 17))


def _alert(
    hours: float,
    outlet: str,
    title: str,
    summary: str,
    *,
    story: int,
    others: tuple[str, ...] = (),
    progress: Progress | None = None,
) -> Alert:
    """An alert of `hours` before the morning."""
    seen = MORNING - timedelta(hours=hours)
    host = outlet.lower().replace(" ", "-")
    number = next(_SLUGS)
    entry = Entry(
        title=title,
        summary=summary,
        link=f"https://{host}.example/world/{number}",
        published_at=seen - timedelta(minutes=4),
    )
    matches = _RULES.match(entry, Origin(url=f"https://{host}.example/rss")).matches
    return Alert(
        id=number,
        entry=entry,
        feed_url=f"https://{host}.example/rss",
        feed_name=outlet,
        matches=tuple(Match(match.rule, match.hits, None, progress) for match in matches),
        created_at=seen,
        outlets=others,
        story=story,
    )


ALERTS = (
    _alert(
        0.4,
        "Morning Courier",
        "Ukraine talks: both sides agree to a 30-day ceasefire from Friday",
        "After eleven hours in Geneva, the delegations signed a text that halts fighting along the whole line. "
        "Observers are to move in within 48 hours of the truce, a spokeswoman for the hosts said; prisoners "
        "will be exchanged in three rounds.",
        story=1,
        others=(
            "World Gazette",
            "Radio Nord",
            "The Harbour Post",
            "Le Quotidien",
            "Agenzia Sud",
            "Pacific Wire",
        ),
        progress=Progress.STAGE,
    ),
    _alert(
        2.2,
        "Pacific Wire",
        "Strong aftershock rattles coast as rescuers reach the last villages",
        "The 6.1 aftershock struck at dawn, about 40 km from the epicentre of Sunday’s earthquake. No tsunami "
        "warning was issued. Schools stay closed until Thursday.",
        story=2,
        others=("Harbour Seismic Centre",),
        progress=Progress.FIGURES,
    ),
    _alert(
        5.1,
        "World Gazette",
        "Ceasefire draft for Ukraine leaves monitoring open, negotiators say",
        "Two people who have read the draft said that the question of who watches the line is left to an annex.",
        story=1,
    ),
    _alert(
        6.6,
        "Markets Today",
        "New rules on chip exports catch suppliers off guard",
        "Makers of semiconductor tools have sixty days to apply for licences, under export rules published late on "
        "Monday that go further than the industry had expected.",
        story=3,
        others=("Die Werkbank", "Morning Courier"),
    ),
    _alert(
        8.9,
        "Radio Nord",
        "Ukraine ceasefire talks run into the night in Geneva",
        "The delegations have asked for more time. A ceasefire before the weekend is possible, diplomats say.",
        story=1,
    ),
    _alert(
        9.4,
        "Harbour Seismic Centre",
        "Magnitude 7.2 earthquake off the northern coast",
        "Depth 22 km. Shaking was felt for about a minute in the port cities.",
        story=2,
    ),
)

LONE = ALERTS[0]
DIGEST = Bulletin(
    occasion=Occasion.DIGEST,
    alerts=ALERTS,
    total=len(ALERTS),
    rules={"ukraine-ceasefire": 3, "earthquakes": 2, "chip-exports": 1},
    since=ALERTS[-1].created_at,
)
QUIET = Bulletin(
    occasion=Occasion.QUIET,
    alerts=ALERTS[1:4],
    total=3,
    rules={"ukraine-ceasefire": 1, "earthquakes": 1, "chip-exports": 1},
    since=ALERTS[3].created_at,
)
OVERFLOW = Bulletin(
    occasion=Occasion.OVERFLOW,
    alerts=ALERTS[:4],
    total=34,
    rules={"earthquakes": 21, "ukraine-ceasefire": 9, "chip-exports": 4},
    since=ALERTS[3].created_at,
)
