"""Whatever is told, and however: a message has no markup but ours, calls nobody and keeps its limits."""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alert.render.link import web_link
from monitor.model import (
    Alert,
    Bulletin,
    Entry,
    Hit,
    Layout,
    Match,
    Message,
    MessageFormat,
    Notice,
    Occasion,
    TextField,
)
from tests.support.mail_page import Page
from tests.unit.alert.alerts import PUBLISHED, SEEN, TALKS, alert, rendered
from tests.unit.alert.test_hostile_text import ATTACKS, in_slack

# Text as an attacker puts it together: pieces of markup in any order, among letters of any script.
PIECES = [
    *ATTACKS,
    *"<>&\"'`*_~[]()!#@|\\:/-=. \n",
    "](<",
    "**",
    "> ",
    "</",
    "<!--",
    "-->",
    "]]>",
    "&#60;",
    "\u0301" * 40,
]
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map("".join)
# Long enough for every limit, but drawn in few steps.
LONG = st.builds(lambda text, times: (text * times)[:1_500], HOSTILE, st.sampled_from([1, 1, 1, 60]))
LINKS = st.none() | LONG.map("https://e.example/{}".format) | LONG

HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
OUR_TAGS = frozenset("html head meta title style body div table tr td p h1 h2 h3 a span br".split())  # noqa: SIM905 - tags at a glance
OUR_ATTRIBUTES = {
    pair for pair in Page(rendered(alert(TALKS), MessageFormat.MAIL).body).attributes if pair[0] != "href"
} | {("class", "edge"), ("class", "soft edge")}

BUNDLED = [occasion for occasion in Occasion if occasion is not Occasion.ALONE]


def _hostile_alert(title: str, text: str, link: str | None, names: Sequence[str], story: int | None) -> Alert:
    author, feed, outlet, *rules = names
    places = (Hit(TextField.TITLE, len(title) // 2, len(title)), Hit(TextField.SUMMARY, 0, len(text) // 2))
    return Alert(
        id=len(title),
        entry=Entry(
            title=title, summary=text, link=link, authors=(author,), published_at=PUBLISHED if story else None
        ),
        feed_url="https://news.example/rss",
        feed_name=feed,
        matches=tuple(Match(rule, places) for rule in rules),
        created_at=SEEN,
        outlets=(outlet, "Gazette") * 4,
        story=story,
    )


def _hostile_bulletin(occasion: Occasion, alerts: Sequence[Alert], times: int, more: int) -> Bulletin:
    alerts = tuple(alerts) * times
    rules = Counter(match.rule for one in alerts for match in one.matches)
    return Bulletin(occasion=occasion, alerts=alerts, total=len(alerts) + more, rules=rules, since=PUBLISHED)


HOSTILE_ALERTS = st.builds(
    _hostile_alert, LONG, LONG, LINKS, st.lists(LONG, min_size=4, max_size=6), st.none() | st.integers(1, 2)
)
HOSTILE_BULLETINS = st.builds(
    _hostile_bulletin,
    st.sampled_from([occasion for occasion in Occasion if occasion is not Occasion.ALONE]),
    st.lists(HOSTILE_ALERTS, min_size=1, max_size=3),
    st.sampled_from([1, 1, 12]),
    st.sampled_from([0, 7]),
)
HOSTILE_NOTICES = st.builds(
    lambda subject, lines: Notice(id=1, created_at=SEEN, subject=subject, lines=tuple(lines)),
    LONG,
    st.lists(LONG, max_size=20),
)


@given(
    about=HOSTILE_ALERTS | HOSTILE_BULLETINS | HOSTILE_NOTICES,
    kind=st.sampled_from(MessageFormat),
    layout=st.sampled_from(Layout),
)
@settings(max_examples=150, deadline=None)
def test_whatever_is_told_a_message_has_no_markup_but_ours_and_keeps_its_limits(
    about: Alert | Notice | Bulletin, kind: MessageFormat, layout: Layout
) -> None:
    message = rendered(about, kind, layout=layout)

    assert 0 < len(message.title) <= 200
    assert "\n" not in message.title
    assert message.body.strip()
    assert not HARMFUL.search(message.title + message.body + message.text)
    CHECKS[kind](message, {link for one in _alerts(about) if (link := web_link(one.entry.link))})


def _alerts(about: Alert | Notice | Bulletin) -> Sequence[Alert]:
    if isinstance(about, Alert):
        return [about]
    return about.alerts if isinstance(about, Bulletin) else []


def _check_slack(message: Message, links: set[str]) -> None:
    assert len(message.body) <= 2_900
    arrived = in_slack(message.body)
    ours = "|".join(re.escape(link.replace("&", "&amp;")) for link in links) or "(?!)"
    without_links = re.sub(rf"<(?:{ours})\|([^<>]*)>", r"\1", arrived)
    assert not re.search(r"[<@`\\]|\]\(<", without_links.replace("&gt;", ""))
    assert without_links.count("*") % 2 == 0
    assert not re.search(r"~|(?<![^\W_])_|_(?![^\W_])", without_links)


def _check_text(message: Message, _: set[str]) -> None:
    assert len(message.body) <= 3_500
    for text in (message.title, message.body):
        assert "@" not in text
        assert "](" not in text


def _check_mail(message: Message, links: set[str]) -> None:
    assert len(message.body.encode()) <= 100_000
    page = Page(message.body)
    assert set(page.tags) <= OUR_TAGS
    assert {pair for pair in page.attributes if pair[0] != "href"} <= OUR_ATTRIBUTES
    assert set(page.links) <= links
    words = (line.removeprefix("- ").strip() for line in message.text.split("\n") if len(line) > 72)
    assert not any(" " in word for word in words)


def _check_console(message: Message, _: set[str]) -> None:
    assert message.text == ""


def _check_discord(message: Message, links: set[str]) -> None:
    assert len(message.body) <= 3_800
    plain = re.sub(r"\\.", "", _without(links, message.body, "[{}](<{}>)"))
    assert not re.search(r"[@`\[\]<]|(?<!^)>", plain, re.MULTILINE)
    assert plain.count("*") % 4 == 0


def _check_teams(message: Message, links: set[str]) -> None:
    assert len(json.dumps(message.body)) <= 20_000
    plain = _without({_in_teams(link) for link in links}, message.body, "[{}]({})")
    assert not re.search(r"[@`\[\]<>\\_~]|\{\{", plain)
    assert plain.count("*") % 4 == 0


def _in_teams(link: str) -> str:
    return link.translate({ord(sign): f"%{ord(sign):X}" for sign in "()*_~"})


def _without(links: set[str], body: str, form: str) -> str:
    """Return the body with the label alone where one of `links` is written in this form."""
    before, between, after = map(re.escape, form.split("{}"))
    ours = "|".join(map(re.escape, links)) or "(?!)"
    return re.sub(rf"{before}([^\[\]]*){between}(?:{ours}){after}", r"\1", body)


def _check_html(message: Message, links: set[str]) -> None:
    page = Page(message.body)
    assert set(page.tags) <= {"b", "i", "a", "br"}
    assert {name for name, _ in page.attributes} <= {"href"}
    assert set(page.links) <= {link.replace("@", "%40") for link in links}
    assert "@" not in message.body


def _check_ntfy(message: Message, links: set[str]) -> None:
    assert len(message.body.encode()) <= 4_000
    assert "@" not in message.body


def _check_webhook(message: Message, _: set[str]) -> None:
    assert json.loads(message.body)["title"] == message.title


CHECKS: dict[MessageFormat, Callable[[Message, set[str]], None]] = {
    MessageFormat.SLACK: _check_slack,
    MessageFormat.TEXT: _check_text,
    MessageFormat.MAIL: _check_mail,
    MessageFormat.CONSOLE: _check_console,
    MessageFormat.DISCORD: _check_discord,
    MessageFormat.TELEGRAM: _check_html,
    MessageFormat.MATRIX: _check_html,
    MessageFormat.TEAMS: _check_teams,
    MessageFormat.NTFY: _check_ntfy,
    MessageFormat.WEBHOOK: _check_webhook,
}
