"""*Deliveries*: what is sent, waits or was given up, why, and again."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.app.desk import Desk
from monitor.app.names import channels_called
from monitor.app.retry import retry
from monitor.model import SENDING, DeliveryState, DeliveryWish
from monitor.web.asked import Asked
from monitor.web.asking import delivery_wish, paged
from monitor.web.shown import Shown

_MOST = 50
# In the order in which people care.
_TABS = ("dead", "failed", "pending", SENDING, "held", "sent", "suppressed")


def routes(desk: Desk, shown: Shown) -> list[Route]:
    """Return the routes of the deliveries."""

    def page(request: Request) -> Response:
        asked = Asked(request.query_params)
        now, wish = desk.now(), delivery_wish(asked, desk, _MOST + 1)
        deliveries, more = paged(desk.reader.deliveries(wish, now), _MOST)
        counts = desk.reader.delivery_counts(wish, now)
        return shown.page(
            request,
            "deliveries.html",
            400 if asked.problems else 200,
            problems=asked.problems,
            wish=wish,
            settings=desk.settings,
            configured={channel.name for channel in desk.settings.channels},
            tabs=[(name, counts.get(name, 0)) for name in _TABS],
            total=sum(counts.values()),
            deliveries=deliveries,
            more=more,
            attempts=desk.reader.attempts([one.id for one in deliveries if one.attempts]),
            may_retry=(DeliveryState.DEAD, DeliveryState.FAILED),
            done=_done(asked),
        )

    def confirm(request: Request) -> Response:
        asked = Asked(request.query_params)
        channel = asked.text("channel")
        asked.check()
        wish = DeliveryWish(channels=channels_called(desk.settings, channel), state=DeliveryState.DEAD)
        counts = desk.reader.delivery_counts(wish, desk.now())
        return shown.page(request, "retry.html", channel=channel, count=counts.get(DeliveryState.DEAD, 0))

    async def again(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=5)
        asked = Asked({name: str(value) for name, value in form.items()})
        number, channel = asked.number("id"), asked.text("channel")
        asked.check()
        revived = await retry(
            desk.settings, desk.store, desk.now(), ids=None if number is None else [number], channel=channel
        )
        return RedirectResponse(f"/deliveries?done={len(revived)}", 303)

    return [
        Route("/deliveries", page),
        Route("/deliveries/retry", confirm),
        Route("/deliveries/retry", again, methods=["POST"]),
    ]


def _done(asked: Asked) -> int | None:
    """Return how many were sent again just before, None when that isn't what has been done."""
    value = asked.values.get("done", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
