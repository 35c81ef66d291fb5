"""Feeds as they are written in config.toml, for people to paste."""

import json

from monitor.config.opml import ListedFeed


def feed_toml(feed: ListedFeed) -> str:
    """Return a [[feeds]] table. What looks like a reference in its texts is written so that it is none."""
    lines = ["[[feeds]]", f"url = {_quoted(feed.url)}"]
    if feed.name:
        lines.append(f"name = {_quoted(feed.name)}")
    if feed.tags:
        lines.append(f"tags = [{', '.join(map(_quoted, feed.tags))}]")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # Names and addresses are printable, so JSON's escapes are TOML's.
    return json.dumps(text, ensure_ascii=False).replace("${", "$${")
