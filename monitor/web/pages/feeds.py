"""*Feeds*: how they do, when they are polled next, and what their polls brought."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.app.desk import Desk
from monitor.app.feeds import STATES, FeedView, feed_views, narrowed
from monitor.health import detail_of, is_unwell
from monitor.web.asked import Asked
from monitor.web.shown import Shown

_PER_PAGE = 100
_DAYS = 14
_RECENT, _POLLS = 20, 20
# What is said after each wish, and when it could not be granted.
DONE = {
    "poll": (
        "It is polled now.",
        "It can't be polled now: it rests, is being polled, or its server asked for patience.",
    ),
    "pause": ("It rests until it is let go on.", "It rests already, or isn't watched."),
    "resume": ("It goes on.", "It didn't rest."),
}


def routes(desk: Desk, shown: Shown) -> list[Route]:
    """Return the routes of the list, of one feed, and of what can be wished of it."""

    def page(request: Request) -> Response:
        asked = Asked(request.query_params)
        state = asked.one_of("state", STATES)
        page = asked.number("page") or 1
        feeds = feed_views(desk.settings, desk.reader.status())
        found = narrowed(feeds, state=state, tag=asked.text("tag"), words=asked.text("q"))
        found.sort(key=lambda feed: not is_unwell(feed))
        part = found[(page - 1) * _PER_PAGE : page * _PER_PAGE]
        return shown.page(
            request,
            "feeds.html",
            feeds=[(feed, detail_of(feed, desk.now())) for feed in part],
            found=len(found),
            counts=[(one, sum(1 for _ in narrowed(feeds, state=one))) for one in STATES],
            state=state,
            tags=sorted({tag for feed in feeds for tag in feed.tags}),
            per_day=_per_day(desk, part),
            number=page,
            more=len(found) > page * _PER_PAGE,
            problems=asked.problems,
        )

    def one(request: Request) -> Response:
        feed = found(desk, request.query_params.get("url", ""))
        return shown.page(
            request,
            "feed.html",
            feed=feed,
            detail=detail_of(feed, desk.now()),
            per_day=_per_day(desk, [feed])[feed.url],
            days=_days(desk.now()),
            recent=desk.reader.recent(feed.url, _RECENT),
            polls=desk.reader.polls(feed.url, _POLLS),
            done=_done(request),
        )

    return [
        Route("/feeds", page),
        Route("/feeds/show", one),
        Route("/feeds/poll", _wish(desk, "poll", desk.store.poll_now), methods=["POST"]),
        Route("/feeds/pause", _wish(desk, "pause", desk.store.pause_feeds), methods=["POST"]),
        Route("/feeds/resume", _wish(desk, "resume", desk.store.resume_feeds), methods=["POST"]),
    ]


def found(desk: Desk, url: str) -> FeedView:
    """Return the configured feed of an address. Raises HTTPException when there is none."""
    for feed in feed_views(desk.settings, desk.reader.status()):
        if feed.url == url:
            return feed
    raise HTTPException(404, "No feed of the configuration has this address.")


def _wish(
    desk: Desk, name: str, grant: Callable[[Sequence[str], datetime], Awaitable[Sequence[str]]]
) -> Callable[[Request], Awaitable[Response]]:
    async def act(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=5)
        url = str(form.get("url", ""))
        if url not in {feed.url for feed in desk.settings.feeds}:
            raise HTTPException(404, "No feed of the configuration has this address.")
        granted = await grant([url], desk.now())
        told = {"url": url, "done": name if granted else f"no-{name}"}
        return RedirectResponse(f"/feeds/show?{urlencode(told)}", 303)

    return act


def _done(request: Request) -> tuple[str, bool] | None:
    """Return what is to be said of the wish that led here, and whether it was granted."""
    name = request.query_params.get("done", "")
    granted, refused = DONE.get(name.removeprefix("no-"), ("", ""))
    told = refused if name.startswith("no-") else granted
    return (told, told is granted) if told else None


def _per_day(desk: Desk, feeds: Sequence[FeedView]) -> dict[str, Sequence[int]]:
    since = _first_day(desk.now())
    return dict(desk.reader.entries_per_day([feed.url for feed in feeds], since, _DAYS))


def _first_day(now: datetime) -> datetime:
    return now - timedelta(days=_DAYS)


def _days(now: datetime) -> list[str]:
    first = _first_day(now)
    return [(first + timedelta(days=at)).strftime("the day from %b %d %H:%M UTC") for at in range(_DAYS)]
