"""A notice as a page: what the owner is told of the program's own work."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo

from monitor.alert.excerpt import one_line
from monitor.alert.graphemes import cut
from monitor.alert.render.page import LONGEST_TITLE, Line, Page
from monitor.alert.render.times import spoken_time
from monitor.model import Notice

# Escaping can double a text; with fewer letters of each line it fits all the same.
_WIDTHS = (300, 140, 60)


def notice_pages(notice: Notice, zone: tzinfo) -> Iterator[Page]:
    """Yield the page about a notice, then the same with ever shorter lines."""
    lines = [one_line(line) for line in notice.lines]
    page = Page(
        title=cut(one_line(f"news-monitor: {notice.subject}"), LONGEST_TITLE),
        blocks=(),
        closing=(f"seen {spoken_time(notice.created_at, zone)}",),
        total=len(lines),
    )
    for width in _WIDTHS:
        yield replace(page, blocks=tuple(Line(cut(line, width)) for line in lines))
