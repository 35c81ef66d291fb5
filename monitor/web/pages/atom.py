"""The alerts as an Atom feed (RFC 4287), for feed readers and other tools: all, or those of a rule."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import quote, urlsplit

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.alert import excerpt, tidy
from monitor.app.desk import Desk
from monitor.model import AlertWish, ListedAlert, Web
from monitor.web.asked import Asked
from monitor.web.shown import etag, has_already, safe_link

_MOST = 50
_WIDTH = 500
# RFC 4151: a day on which the name was ours. It is the same for good, so that ids are.
_TAG_DATE = "2026"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# What XML can't hold, however it is written.
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def routes(desk: Desk, web: Web) -> list[Route]:
    """Return the route of the feed."""

    def feed(request: Request) -> Response:
        asked = Asked(request.query_params)
        rule = asked.text("rule")
        asked.check()
        alerts, _ = desk.reader.alerts(AlertWish(rule=rule, limit=_MOST))
        updated = max((alert.created_at for alert in alerts), default=_NEVER)
        text = _Feed(web.url or str(request.base_url).rstrip("/")).write(alerts, rule, updated)
        headers = {
            "etag": etag(text),
            "last-modified": format_datetime(updated.replace(microsecond=0), usegmt=True),
            "cache-control": "no-cache",
        }
        if _is_known(request, headers["etag"], updated):
            return Response(status_code=304, headers=headers)
        return Response(text, media_type="application/atom+xml", headers=headers)

    return [Route("/alerts.atom", feed)]


def _is_known(request: Request, tag: str, updated: datetime) -> bool:
    """Tell whether who asks has it: an ETag says so, or, without one, a date (RFC 9110)."""
    if "if-none-match" in request.headers:
        return has_already(request, tag)
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except (ValueError, OverflowError):
        return False
    return since.tzinfo is not None and updated.replace(microsecond=0) <= since


class _Feed:
    """Writes the feed of a page whose address is `base`."""

    def __init__(self, base: str) -> None:
        self._base = base
        host = urlsplit(base).hostname or "localhost"
        self._tag = f"tag:{'localhost' if ':' in host else host},{_TAG_DATE}"

    def write(self, alerts: Iterable[ListedAlert], rule: str | None, updated: datetime) -> str:
        """Return the document."""
        named = f"?rule={quote(rule, safe='')}" if rule else ""
        entries = Markup("").join(map(self._entry, alerts))
        return Markup(
            '<?xml version="1.0" encoding="utf-8"?>\n'
            '<feed xmlns="http://www.w3.org/2005/Atom">\n'
            "<id>{}:alerts{}</id>\n<title>{}</title>\n<updated>{}</updated>\n"
            '<link rel="self" type="application/atom+xml" href="{}"/>\n'
            '<link rel="alternate" type="text/html" href="{}"/>\n'
            "<generator>news-monitor</generator>\n{}</feed>\n"
        ).format(
            self._tag,
            named,
            _plain(f"Alerts: {rule}" if rule else "Alerts"),
            _time(updated),
            f"{self._base}/alerts.atom{named}",
            f"{self._base}/alerts{named}",
            entries,
        )

    def _entry(self, alert: ListedAlert) -> Markup:
        link = safe_link(alert.link) or f"{self._base}/alerts#alert-{alert.id}"
        rules = Markup("").join(Markup('<category term="{}"/>').format(_plain(rule)) for rule in alert.rules)
        published = Markup("<published>{}</published>").format(_time(alert.published_at or alert.seen_at))
        return Markup(
            '<entry><id>{}:alert/{}</id><title type="text">{}</title><updated>{}</updated>{}'
            '<link rel="alternate" href="{}"/><author><name>{}</name></author>{}'
            '<summary type="text">{}</summary></entry>\n'
        ).format(
            self._tag,
            alert.id,
            _plain(alert.title) or "(no title)",
            _time(alert.created_at),
            published,
            _plain(link),
            _plain(alert.feed_name),
            rules,
            _plain(_excerpt(alert)),
        )


def _excerpt(alert: ListedAlert) -> str:
    spans = [(hit.start, hit.end) for match in alert.matches for hit in match.hits if hit.field == "summary"]
    return excerpt(alert.summary, spans, _WIDTH).text


def _plain(text: str) -> str:
    return _NOT_XML.sub("", tidy(text, ()).text)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
