"""Entries with what matched in them, for people and for programs."""

from collections.abc import Iterable, Mapping

from monitor.cli import output
from monitor.model import Entry, Hit, TextField

_WIDTH = 240


def say_entry(entry: Entry, hits: Iterable[Hit], where: str, *, text: str = "") -> None:
    """Print an entry: its title, the parts with matched words, `where` it was found and its link."""
    from monitor.alert import excerpt, tidy

    hits = tuple(hits)
    if entry.title or not entry.summary:
        title = tidy(entry.title or "(no title)", _spans(hits, TextField.TITLE))
        output.say_marked(title.text, title.hits)
    for field, whole in ((TextField.SUMMARY, entry.summary), (TextField.TEXT, text)):
        if spans := _spans(hits, field):
            shown = excerpt(whole, spans, _WIDTH)
            output.say_marked(shown.text, shown.hits, indent="  ")
    for line in (where, entry.link):
        if line:
            output.say(f"  {line}")


def entry_as_json(entry: Entry, hits: Iterable[Hit], *, text: str = "") -> dict[str, object]:
    """Return an entry and its hits as JSON has them; `start` and `end` count code points of the field."""
    texts = {TextField.TITLE: entry.title, TextField.SUMMARY: entry.summary, TextField.TEXT: text}
    return {
        "title": entry.title,
        "link": entry.link,
        "published_at": entry.published_at,
        "hits": [_hit_as_json(hit, texts) for hit in hits],
    }


def _hit_as_json(hit: Hit, texts: Mapping[TextField, str]) -> dict[str, object]:
    found = texts.get(hit.field, "")[hit.start : hit.end]
    return {"field": hit.field.value, "start": hit.start, "end": hit.end, "term": hit.term, "text": found}


def _spans(hits: tuple[Hit, ...], field: TextField) -> list[tuple[int, int]]:
    return [(hit.start, hit.end) for hit in hits if hit.field is field]
