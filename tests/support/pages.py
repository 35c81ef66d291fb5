"""Article pages as news sites make them, with all that surrounds an article."""

from collections.abc import Sequence
from html import escape

PARAGRAPHS = (
    "The two leaders spoke for more than an hour on Wednesday, the White House said in a statement after the call.",
    (
        "It was the first known conversation between them since the inauguration, and officials in both capitals "
        "described it as long and productive."
    ),
    (
        "European diplomats, who had not been told of the call beforehand, asked for a seat at any table where the "
        "future of the continent is discussed."
    ),
    (
        "Analysts warned that the positions of the two sides remain far apart, above all on territory and on the "
        "guarantees that any agreement would need."
    ),
    (
        "Their teams are to begin negotiations toward a Ceasefire at once, he wrote, and will start by informing "
        "President Zelensky."
    ),
    (
        "Markets in Frankfurt and London rose after the news, while the price of natural gas fell to its lowest level "
        "in three weeks."
    ),
)


def page(
    paragraphs: Sequence[str] = PARAGRAPHS,
    *,
    title: str = "Trump confirms peace talks",
    around: str = "",
    head: str = "",
) -> bytes:
    """Return a page with an article; `around` stands in navigation, related links, comments and a cookie banner."""
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    said = escape(around)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(title)} | Example World</title>
<meta name="description" content="{said}">{head}</head>
<body>
<div id="cookie-banner" class="cookie-consent" role="dialog"><p>We use cookies. {said}</p>
<button>Accept all</button></div>
<header><nav class="main-nav"><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li>
<li><a href="/tag/1">{said}</a></li></ul></nav></header>
<main><article><h1>{escape(title)}</h1><p class="byline">By <a href="/staff">A. Reporter</a></p>{text}
<aside class="related"><h2>Related stories</h2><ul><li><a href="/a">{said}</a></li><li><a href="/b">More news</a></li>
</ul></aside></article>
<section id="comments" class="comments"><h2>Comments</h2><div class="comment"><p>{said}, I say, and more of it.</p></div>
</section></main>
<div class="most-read"><h2>Most read</h2><ol><li><a href="/c">{said} at last</a></li></ol></div>
<footer><p>© Example World. <a href="/tag/2">{said}</a></p></footer>
<script>var related = "{said}";</script></body></html>""".encode()
