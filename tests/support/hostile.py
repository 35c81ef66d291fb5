"""Hostile documents, and what reading one has cost."""

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

DEEP = 10_000
MANY = 100_000


def rss_around(inside: str, doctype: str = "") -> bytes:
    """Return an RSS document with a title, and `inside` in its channel."""
    return f"{doctype}<rss version='2.0'><channel><title>World</title>{inside}</channel></rss>".encode()


def item(inside: str = "", title: str = "Truce") -> str:
    return f"<item><title>{title}</title>{inside}</item>"


def entity_bombs(sink: str, file: str) -> dict[str, bytes]:
    """Return documents that grow or reach out through their DOCTYPE; `sink` and `file` are addresses."""
    levels = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
    declared = {
        "billion laughs": f'<!ENTITY e0 "ha">{levels}',
        "quadratic blow-up": f'<!ENTITY e11 "{"a" * 100_000}">',
        "external entity, file": f'<!ENTITY e11 SYSTEM "{file}">',
        "external entity, http": f'<!ENTITY e11 SYSTEM "{sink}">',
        "parameter entity": f'<!ENTITY % p SYSTEM "{sink}">%p;<!ENTITY e11 "x">',
    }
    return {
        name: rss_around(item("&e11;" * 100, "&e11;"), f"<!DOCTYPE rss [{declarations}]>")
        for name, declarations in declared.items()
    }


def reaching_out(sink: str) -> dict[str, bytes]:
    """Return documents without entities that would make a careless reader fetch `sink`."""
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{sink}" parse="text"/>'
    return {
        "external DTD": rss_around(item(), f'<!DOCTYPE rss SYSTEM "{sink}">'),
        "public DTD": rss_around(item(), f'<!DOCTYPE rss PUBLIC "-//X//RSS" "{sink}">'),
        "style sheet": rss_around(item(), f'<?xml-stylesheet type="text/xsl" href="{sink}"?>'),
        "XInclude": rss_around(item(include)),
    }


def huge_documents() -> dict[str, bytes]:
    """Return well-formed documents that are too much of one thing."""
    attributes = " ".join(f"a{n}='1'" for n in range(MANY))
    namespaces = " ".join(f"xmlns:a{n}='u:{n}'" for n in range(MANY))
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><title>World</title><entry><title>Truce</title>'
    return {
        "100,000 entries": rss_around("<item><title>a</title></item>" * MANY),
        "a title of 10 MB": rss_around(item(title="truce " * 1_700_000)),
        "a description of 15 MB": rss_around(item(f"<description>{'truce ' * 2_500_000}</description>")),
        "100,000 categories": rss_around(item("".join(f"<category>{n}</category>" for n in range(MANY)))),
        "100,000 enclosures": rss_around(item('<enclosure url="https://a.example/" length="1"/>' * MANY)),
        "100,000 attributes": rss_around(item(f"<x {attributes}/>")),
        "100,000 namespaces": rss_around(item(f"<x {namespaces}/>")),
        "10,000 nested tags": rss_around(item("<x>" * DEEP + "</x>" * DEEP)),
        "10,000 nested items": rss_around("<item>" * DEEP + "</item>" * DEEP),
        "10,000 nested tags of XHTML": (
            f'{atom}<content type="xhtml">{"<div>" * DEEP}{"</div>" * DEEP}</content></entry></feed>'
        ).encode(),
        "10,000 nested tags of HTML": rss_around(
            item(f"<description><![CDATA[{'<div><b>' * DEEP}x]]></description>")
        ),
        "brackets without an end": b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * MANY,
        "a page of 100,000 links": b"<html><head>" + b'<link rel="alternate" type="rss+xml" href="x">' * MANY,
        "less-than signs": rss_around(item(f"<description>{'&lt;' * MANY}</description>")),
        "comments without an end": b"<rss version='2.0'><channel>" + b"<!--" * MANY,
        "combining marks": rss_around(item(title="e" + "\u0301" * MANY)),
    }


def stuck_document() -> bytes:
    """Return a document that keeps feedparser busy: its e-mail pattern takes quadratic time, here 9,000 times."""
    return rss_around(item(f"<author>{'a.' * 249}</author>" * 9_000))


class Peak:
    """Watches processes; `megabytes` is the most that any of them ever held."""

    def __init__(self, pids: Sequence[int]) -> None:
        self._pids = pids
        self.megabytes = 0.0

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._look()

    async def _watch(self) -> None:
        while True:
            self._look()
            await asyncio.sleep(0.01)

    def _look(self) -> None:
        for pid in self._pids:
            # One that was ended has taken its high-water mark with it: the last look counts.
            with contextlib.suppress(OSError, IndexError):
                status = Path(f"/proc/{pid}/status").read_text()
                self.megabytes = max(self.megabytes, int(status.split("VmHWM:")[1].split()[0]) / 1024)
