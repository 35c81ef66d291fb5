"""Which silence hides which delivery?"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from monitor.errors import QueryError
from monitor.match import Matcher, compile_rules, parse_query
from monitor.model import Alert, Origin, Rule, Silence, Unsettled


def hushed(waiting: Iterable[Unsettled], silences: Iterable[Silence], now: datetime) -> dict[int, Silence]:
    """Return the silences that hide some of `waiting`, by delivery id. Notices are never hidden.

    A silence hides an alert for which all holds that it names. One that names a rule hides nothing that another
    rule tells as well: a delivery is hidden when each of its rules is, and then by the silence that hides the first.
    """
    active = [silence for silence in silences if _is_active(silence, now)]
    if not active:
        return {}
    matcher = _matcher(active)
    found = (
        (one.id, _hiding(one, one.about, active, matcher)) for one in waiting if isinstance(one.about, Alert)
    )
    return {delivery: silence for delivery, silence in found if silence}


def _is_active(silence: Silence, now: datetime) -> bool:
    ended = silence.ended_at is not None and silence.ended_at <= now
    return silence.created_at <= now < silence.until and not ended


def _matcher(silences: Iterable[Silence]) -> Matcher:
    """Return the queries of silences as rules, named by their ids, in the language of each feed."""
    asked = [(str(silence.id), silence.query) for silence in silences if silence.query is not None]
    return compile_rules(
        [Rule(name=name, query=query, channels=()) for name, query in asked if _can_be_read(query)]
    )


def _can_be_read(query: str) -> bool:
    """Tell whether a query still means something. It did when the silence was made; if it doesn't, nothing is hidden."""
    try:
        parse_query(query)
    except QueryError:
        return False
    return True


def _hiding(one: Unsettled, alert: Alert, silences: Sequence[Silence], matcher: Matcher) -> Silence | None:
    origin = Origin(url=alert.feed_url, name=alert.feed_name, language=one.language)
    met = {match.rule for match in matcher.match(alert.entry, origin, alert.text).matches}
    fitting = [silence for silence in silences if _fits(silence, one, alert, met)]
    each = [next((one for one in fitting if one.rule in (None, rule)), None) for rule in one.rules]
    return each[0] if each and all(each) else None


def _fits(silence: Silence, one: Unsettled, alert: Alert, met: Collection[str]) -> bool:
    """Tell whether all holds that a silence names, but for the rule."""
    return (
        (silence.feed is None or silence.feed in (alert.feed_url, alert.feed_name))
        and (silence.story is None or silence.story == one.story)
        and (silence.query is None or str(silence.id) in met)
    )
