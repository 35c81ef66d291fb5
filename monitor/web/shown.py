"""How things look on a page: the templates, and what they use. Feed text only enters through autoescaping."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from monitor import __version__
from monitor.alert import excerpt, tidy
from monitor.app.desk import Desk
from monitor.model import Hit, TextField
from monitor.moments import lasting, spoken
from monitor.web.chart import bars, spark

_WIDTH = 300
PAGES = (
    ("/", "Now"),
    ("/alerts", "Alerts"),
    ("/entries", "Entries"),
    ("/feeds", "Feeds"),
    ("/rules", "Rules"),
    ("/deliveries", "Deliveries"),
    ("/silences", "Silences"),
)


class Shown:
    """Renders templates for a desk: in its time zone, at its time."""

    def __init__(self, desk: Desk, *, signed_in: bool) -> None:
        self._desk = desk
        self._templates = Environment(
            loader=PackageLoader("monitor.web"),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            pages=PAGES,
            version=__version__,
            static=static_address,
            marked=marked,
            shortened=shortened,
            bars=bars,
            spark=spark,
            lasting=lasting,
            safe_link=safe_link,
            can_sign_out=signed_in,
        )
        self._templates.filters.update(many=many)

    def page(self, request: Request, template: str, status: int = 200, /, **values: object) -> Response:
        """Return the answer that shows `template`; a part of it alone when the page asks for one."""
        now, zone = self._desk.now(), self._desk.settings.timezone
        text = self._templates.get_template(template).render(
            values,
            now=now,
            zone=zone,
            path=request.url.path,
            asked=_Given(request.query_params),
            ago=partial(moment, now=now, zone=zone),
            with_asked=partial(_with_asked, request),
        )
        if status != 200:
            return HTMLResponse(text, status)
        tag = etag(text)
        headers = {"etag": tag, "cache-control": "no-cache"}
        if has_already(request, tag):
            return Response(status_code=304, headers=headers)
        return HTMLResponse(text, headers=headers)


class _Given(dict[str, str]):
    """What the address asks for; what it doesn't is "" in a template."""

    def __missing__(self, name: str) -> str:
        return ""


def etag(text: str) -> str:
    """Return the ETag of a text. A weak one: it may be sent compressed."""
    return f'W/"{sha256(text.encode()).hexdigest()[:24]}"'


def has_already(request: Request, tag: str) -> bool:
    """Tell whether who asks has what has this ETag."""
    opaque = tag.removeprefix("W/")
    return opaque in request.headers.get("if-none-match", "")


def moment(at: datetime | None, *, now: datetime, zone: tzinfo, none: str = "never") -> Markup:
    """Return a time as ``3 min ago``, with the absolute one beneath the pointer."""
    if at is None:
        return Markup("{}").format(none)
    absolute = at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %Z")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        at.isoformat(timespec="seconds"), absolute, spoken(at, now, zone)
    )


def marked(text: str, spans: Iterable[tuple[int, int]]) -> Markup:
    """Return a text, escaped, in which `spans` (by position, without overlap) are marked."""
    parts, position = [], 0
    for start, end in spans:
        parts += [Markup("{}<mark>{}</mark>").format(text[position:start], text[start:end])]
        position = end
    return Markup("").join([*parts, Markup("{}").format(text[position:])])


def shortened(text: str, hits: Iterable[Hit], field: str, width: int = _WIDTH) -> Markup:
    """Return what stands around the hits in `field` (title, summary or text) of an entry, marked.

    A title is given whole.
    """
    spans = [(hit.start, hit.end) for hit in hits if hit.field is TextField(field)]
    part = tidy(text, spans) if field == TextField.TITLE else excerpt(text, spans, width)
    return marked(part.text, part.hits)


def safe_link(address: str | None) -> str | None:
    """Return an address when it is one of the web: a feed may give ``javascript:`` as a link."""
    if address is None:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.netloc else None


def many(number: int, thing: str, plural: str | None = None) -> str:
    """Return ``1 feed``, ``2 feeds``."""
    usual = thing[:-1] + "ies" if thing.endswith("y") else thing + "s"
    return f"{number:,} {thing if number == 1 else plural or usual}"


@cache
def static_address(name: str) -> str:
    """Return where a file of ours is, by what is in it: a browser may keep it for good."""
    content = files("monitor.web").joinpath("static", name).read_bytes()
    return f"/static/{name}?{sha256(content).hexdigest()[:12]}"


def _with_asked(request: Request, **changed: object) -> str:
    """Return the address of this page with some of what it asks for changed; None takes it out."""
    asked: Mapping[str, object] = {**request.query_params, **changed}
    kept: Sequence[tuple[str, str]] = [
        (name, str(value)) for name, value in asked.items() if value is not None and value != ""
    ]
    return f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path
