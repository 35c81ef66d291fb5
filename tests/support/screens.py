"""Pictures of messages for the documentation, made by the real renderer and a headless Chromium.

Run from the root of the project: python -m tests.support.screens
"""

import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import time
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from apprise import NotifyFormat
from apprise.plugins.slack import NotifySlack

from monitor.alert import render
from monitor.model import Alert, Bulletin, Channel, MessageFormat, Secret, Window
from tests.support.newsroom import DIGEST, LONE, OVERFLOW, QUIET

ZONE = ZoneInfo("Europe/Paris")
PLACE = Path("docs/screens")
NIGHT = Window(frozenset(range(7)), time(22), time(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A page and the window in which it is shown."""

    name: str
    html: str
    width: int
    height: int
    dark: bool = False


def screens() -> tuple[Screen, ...]:
    """Return all pictures of the documentation."""
    alert, digest = (_mail(about) for about in (LONE, DIGEST))
    return (
        Screen(name="mail-alert", html=alert, width=720, height=446),
        Screen(name="mail-alert-narrow", html=alert, width=390, height=460),
        Screen(name="mail-digest", html=digest, width=720, height=1080),
        Screen(name="mail-digest-dark", html=digest, width=720, height=1080, dark=True),
        Screen(name="slack-alert", html=_slack(LONE), width=720, height=225),
        Screen(name="slack-bulletins", html=_slack(QUIET, OVERFLOW), width=720, height=730),
    )


def _channel(kind: MessageFormat, name: str) -> Channel:
    return Channel(name=name, url=Secret("console:"), format=kind, quiet_hours=(NIGHT,))


def _mail(about: Alert | Bulletin) -> str:
    return render(about, _channel(MessageFormat.MAIL, "morning"), ZONE).body


def _slack(*told: Alert | Bulletin) -> str:
    """Return the messages as Slack shows them, after the way that they take through Apprise."""
    service = NotifySlack(token_a="T1JJ3T3L2", token_b="A1BRTD4JD", token_c="TIiajkdnlazkcOXrIdevi7FQ")
    bodies = (render(about, _channel(MessageFormat.SLACK, "desk"), ZONE).body for about in told)
    shown = (_mrkdwn(service.dialect_convert(body, NotifyFormat.MARKDOWN)) for body in bodies)
    return _SLACK_HEAD + "".join(_SLACK_MESSAGE.replace("BODY", body) for body in shown)


def _mrkdwn(text: str) -> str:
    """Return Slack's markup as HTML: links, bold, quotes; the entities are the same."""
    text = re.sub(r"<([^|>]+)\|([^>]+)>", r'<a href="\1">\2</a>', text)
    text = re.sub(r"(?<!\w)\*([^*\n]+)\*(?!\w)", r"<b>\1</b>", text)
    lines = (
        f"<q>{line[2:]}</q>" if line.startswith("> ") else f"<p>{line or '&nbsp;'}</p>"
        for line in text.split("\n")
    )
    return "".join(lines)


_SLACK_HEAD = """<!DOCTYPE html><meta charset="utf-8"><style>
body{margin:0;padding:16px 20px;font:15px/1.46668 Lato,'Noto Sans',Helvetica,Arial,sans-serif;color:#1d1c1d;background:#fff}
p,q{display:block;margin:0}q{quotes:none;border-left:4px solid #ddd;padding-left:12px;margin:4px 0}
a{color:#1264a3;text-decoration:none}.m{display:flex;gap:8px;padding:8px 0}
.i{flex:none;width:36px;height:36px;border-radius:4px;background:#a3231f;color:#fff;font:700 18px/36px Georgia,serif;text-align:center}
.n{font-weight:900}.a{font-size:10px;background:#e8e8e8;border-radius:2px;padding:1px 3px;color:#616061;font-weight:700}
.t{font-size:12px;color:#616061}.b{border-left:4px solid #ddd;padding-left:12px}
</style>"""
_SLACK_MESSAGE = (
    '<div class="m"><div class="i">n</div><div><div><span class="n">news-monitor</span> <span class="a">APP</span> '
    '<span class="t">08:00</span></div>BODY</div></div>'
)


def take(screen: Screen, chromium: str) -> None:
    """Write the picture of a screen."""
    frame = f'<iframe srcdoc="{escape(screen.html)}" style="border:0;width:{screen.width}px;height:{screen.height}px">'
    with TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        page.write_text(f'<meta charset="utf-8"><style>body{{margin:0}}</style>{frame}', encoding="utf-8")
        command = [
            chromium,
            "--headless",
            "--no-sandbox",
            "--hide-scrollbars",
            f"--user-data-dir={folder}/profile",
            f"--window-size={screen.width},{screen.height}",
            f"--screenshot={PLACE / screen.name}.png",
            f"--blink-settings=preferredColorScheme={0 if screen.dark else 1}",
            page.as_uri(),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=60)


if __name__ == "__main__":
    PLACE.mkdir(exist_ok=True)
    for one in screens():
        take(one, *sys.argv[1:] or ["chromium"])
