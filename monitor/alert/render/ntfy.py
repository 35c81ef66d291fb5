"""Plain text for ntfy: its apps show Markdown as it is written, and more than 4,096 bytes as a file."""

from dataclasses import replace

from monitor.alert.render.dialect import in_bytes
from monitor.alert.render.text import TEXT
from monitor.model import MessageFormat

# https://docs.ntfy.sh/publish/#limitations
_LONGEST_BODY = 4_000


NTFY = replace(TEXT, format=MessageFormat.NTFY, limit=_LONGEST_BODY, size=in_bytes)
