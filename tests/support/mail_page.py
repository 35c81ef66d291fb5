"""The HTML part of a mail as its reader sees it."""

from html.parser import HTMLParser

_BLOCKS = ("p", "h1", "h2", "h3")


class Page(HTMLParser):
    """What is seen of a document, and what it is made of.

    `lines` are the texts of its blocks, `marked` the words that stand out, `links` the addresses that it leads to,
    `preview` is what lists of mails show. `attributes` are all but the styles.
    """

    def __init__(self, document: str) -> None:
        super().__init__()
        self.title = self.preview = ""
        self.lines: list[str] = []
        self.marked: list[str] = []
        self.links: list[str | None] = []
        self.tags: list[str] = []
        self.attributes: set[tuple[str, str | None]] = set()
        self._inside: list[str] = []
        self.feed(document)
        self.close()
        self.lines = [line for line in self.lines if line.strip()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(pair for pair in attrs if pair[0] != "style")
        if tag == "a":
            self.links.append(dict(attrs)["href"])
        if tag in _BLOCKS:
            self.lines.append("")
        if tag == "span":
            self.marked.append("")
        if tag == "br":
            self.lines.append("")
        elif tag != "meta":
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._inside.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._inside[-1:] == ["title"]:
            self.title += data
        elif self._inside[-1:] == ["div"]:
            self.preview += data
        elif any(tag in _BLOCKS for tag in self._inside):
            self.lines[-1] += data
            if self._inside[-1] == "span":
                self.marked[-1] += data
