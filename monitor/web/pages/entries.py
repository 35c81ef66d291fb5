"""*Entries*: what feeds have brought, asked in the query language, and why each did or didn't alert."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.app.desk import Desk
from monitor.app.names import tags
from monitor.app.past import explained
from monitor.app.search import search
from monitor.errors import QueryError
from monitor.model import EntryHistory, EntryWish, Found, Rule
from monitor.web.asked import Asked
from monitor.web.shown import Shown

_MOST = 50
# So many rules are explained at once; each of many others by itself.
_FEW = 20


def routes(desk: Desk, shown: Shown) -> list[Route]:
    """Return the routes of the list and of one entry."""

    def page(request: Request) -> Response:
        asked = Asked(request.query_params)
        wish = entry_wish(asked, desk, _MOST)
        found = None if asked.problems else _looked(desk, asked, wish)
        return shown.page(
            request,
            "entries.html",
            400 if asked.problems else 200,
            problems=asked.problems,
            wish=wish,
            found=found,
            is_empty=desk.reader.oldest_at() is None,
            settings=desk.settings,
            tags=tags(desk.settings),
        )

    def one(request: Request) -> Response:
        asked = Asked({**request.query_params, **request.path_params})
        number, name = asked.number("number"), asked.text("rule")
        asked.check()
        past = history_of(desk, number or 0, name)
        rules = explained_rules(desk, past, name)
        told = explained(desk.settings, past, rules, desk.now())
        return shown.page(
            request,
            "entry.html",
            past=past,
            entry=past.stored.entry,
            told=told,
            in_detail=name is not None,
            settings=desk.settings,
            name=name,
        )

    return [Route("/entries", page), Route("/entries/{number}", one)]


def entry_wish(asked: Asked, desk: Desk, limit: int) -> EntryWish:
    """Return which entries are asked for."""
    now = desk.now()
    feed, tag = asked.text("feed", 4_000), asked.text("tag")
    return EntryWish(
        query=asked.text("q", 5_000) or "",
        language=asked.text("language"),
        feeds=frozenset([feed] if feed else ()),
        tags=frozenset([tag] if tag else ()),
        rule=asked.text("rule"),
        story=asked.number("story"),
        since=asked.moment("since", now),
        until=asked.moment("until", now),
        before=asked.number("before"),
        limit=limit,
    )


def history_of(desk: Desk, number: int, rule: str | None = None) -> EntryHistory:
    """Return all that came of the entry of this number. Raises HTTPException when there is none."""
    found = [stored for stored in desk.reader.find(str(number)) if stored.id == number]
    if not found:
        raise HTTPException(404, "There is no entry of this number, or it is no longer kept.")
    names = [each.name for each in desk.settings.rules] if rule is None else [rule]
    return desk.reader.history(found[0], names[:_FEW] if rule is None else names)


def _looked(desk: Desk, asked: Asked, wish: EntryWish) -> Found | None:
    try:
        return search(desk.reader, desk.settings, wish, clock=desk.app.clock)
    except QueryError as error:
        asked.problems["q"] = f"can't be read: {error}"
        return None


def explained_rules(desk: Desk, past: EntryHistory, name: str | None) -> list[Rule]:
    """Return the rule that is asked for; else those that matched, and others while there are few."""
    rules = desk.settings.rules
    if name is not None:
        return [rule for rule in rules if rule.name == name]
    matched = {match.rule for match in past.matches}
    first = [rule for rule in rules if rule.name in matched]
    return [*first, *(rule for rule in rules if rule.name not in matched)][: max(_FEW, len(first))]
