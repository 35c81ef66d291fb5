"""Feed text is data: whatever it says, no channel is made to act on it."""

import re

import pytest
from apprise import NotifyFormat
from apprise.plugins.slack import NotifySlack

from monitor.model import (
    Entry,
    MessageFormat,
)
from tests.support.mail_page import Page
from tests.unit.alert.alerts import PUBLISHED, READ, alert, rendered, words

LINK = "https://news.example/1"

MENTIONS = [
    "<!channel> <!here> <!everyone>",
    "<@U123> <@W9|boss> <#C1|general>",
    "<!subteam^S1|team>",
    "<!date^1392734382^{date}|x>",
    "&lt;!channel&gt; &lt;@U123&gt;",
    "&amp;lt;!channel&amp;gt;",
    "\\<!here> \\\\<!here> \\\\\\<@U1>",
    "`<!channel>` ``<!here>`` ```<@U1>```",
    "a ` b <!channel> ` c",
    "<http://evil.example|bank.example>",
    "[bank.example](http://evil.example)",
    "[bank.example](<http://evil.example>)",
    "](<http://evil.example>) [x",
    "](http://evil.example)",
    "<http://evil.example>",
    "![img](http://evil.example/x.png)",
    "*b* _i_ ~s~ **bb** __ii__ `code`",
    "# heading > quote - item",
    "@here @channel @everyone @<U1>",
]
MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title></head><body><a href='javascript:alert(1)'>x</a>",
    "<!-- x --> <style>*{display:none}</style>",
]
TEMPLATES = [
    "{{7*7}}",
    "{x.__class__}",
    "{0}",
    "%(a)s %s %d",
    "${x} $HOME",
    "`id` $(id)",
    "{{cycler.__init__}}",
]
CONTROLS = [
    "a\x1b]0;x\x07b",
    "a\x1b[2Jb\x9b31m",
    "a\r\nBcc: x@example.org",
    "a\rb\nc\x85d\u2028e\u2029f",
    "a\u202egnp.exe\u2066b\u2069",
    "a\x00b\x7fc",
    "a\ud800b",
]
ATTACKS = MENTIONS + MARKUP + TEMPLATES + CONTROLS

# The conversion that a Slack body goes through on its way.
SLACK = NotifySlack(token_a="T1JJ3T3L2", token_b="A1BRTD4JD", token_c="TIiajkdnlazkcOXrIdevi7FQ")

EVERY_FORMAT = pytest.mark.parametrize("kind", READ)
EVERY_ATTACK = pytest.mark.parametrize("attack", ATTACKS)


def _message(attack: str, kind: MessageFormat) -> tuple[str, str]:
    entry = Entry(
        title=f"{attack} truce", summary=f"More on {attack} and the truce", link=LINK, published_at=PUBLISHED
    )
    message = rendered(alert(entry, feed_name=f"Feed {attack}", query="truce"), kind)
    return message.title, message.body


def in_slack(markdown: str) -> str:
    converted: str = SLACK.dialect_convert(markdown, NotifyFormat.MARKDOWN)
    return converted


@EVERY_FORMAT
@EVERY_ATTACK
def test_no_control_or_direction_override_gets_through(kind: MessageFormat, attack: str) -> None:
    title, body = _message(attack, kind)

    harmful = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
    assert not harmful.search(title + body)
    assert "\n" not in title
    assert len(title) <= 200


@EVERY_ATTACK
def test_slack_shows_no_mention_and_no_link_but_ours(attack: str) -> None:
    _, body = _message(attack, MessageFormat.SLACK)

    arrived = in_slack(body)

    live = re.findall("<[^>]*>?", arrived)
    assert len(live) == 1
    assert live[0].startswith(f"<{LINK}|")
    assert live[0].endswith(" truce>")
    assert "@" not in arrived
    assert "`" not in arrived
    assert re.findall(r"[*~]", arrived) == ["*"] * 4  # the headline and the matched word, in bold
    assert not re.search(r"(?<![^\W_])_|_(?![^\W_])", arrived)
    assert "\\" not in arrived


def test_slack_shows_hostile_text_readably() -> None:
    _, body = _message("<!channel> [x](http://e) a_b _c_ *d* `e` \\ &lt; #1", MessageFormat.SLACK)

    assert in_slack(body).splitlines()[1] == (
        "> More on &lt;!channel&gt; [x](http://e) a_b ＿c＿ ∗d∗ 'e' ∖ &amp;lt; #1 and the *truce*"
    )


@EVERY_ATTACK
def test_nobody_is_called_in_a_plain_text_chat(attack: str) -> None:
    assert "@" not in "".join(_message(attack, MessageFormat.TEXT))


@EVERY_ATTACK
def test_a_plain_text_chat_shows_no_link_under_another_name(attack: str) -> None:
    assert "](" not in "".join(_message(attack, MessageFormat.TEXT))


@EVERY_ATTACK
def test_mail_has_only_our_own_tags(attack: str) -> None:
    _, body = _message(attack, MessageFormat.MAIL)

    page, plain = Page(body), Page(_message("x", MessageFormat.MAIL)[1])
    assert page.tags == plain.tags
    assert page.attributes == plain.attributes
    assert set(page.links) == {LINK}


@EVERY_FORMAT
@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_arrive_as_they_are_written(kind: MessageFormat, template: str) -> None:
    title, body = _message(template, kind)

    shown = in_slack(body) if kind is MessageFormat.SLACK else words(body, kind)
    expected = template
    if kind is MessageFormat.SLACK:
        expected = template.translate(str.maketrans("*`", "∗'")).replace("__", "＿＿")
    elif kind is MessageFormat.DISCORD:
        shown, expected = shown.replace("\\", ""), template.replace("`", "'")
    elif kind is MessageFormat.TEAMS:
        expected = template.translate(str.maketrans("*`_", "∗'＿")).replace("{{", "｛{")
    assert template in title
    assert f"More on {expected} and the" in shown


@EVERY_FORMAT
@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)//https://news.example",
        "data:text/html,x",
        "file:///etc/passwd",
        "//news.example/1",
        "/world/1",
        "https://",
        "https:///x",
        "https://e.example/" + "x" * 100_000,
    ],
)
def test_only_a_web_address_of_sane_length_is_linked(kind: MessageFormat, link: str) -> None:
    entry = Entry(title="Truce", link=link, published_at=PUBLISHED)

    body = rendered(alert(entry, query="truce"), kind).body

    assert link not in body
    assert "href=" not in body
    assert "](<" not in body


@EVERY_FORMAT
def test_a_link_ends_where_we_end_it(kind: MessageFormat) -> None:
    link = "https://e.example/a>b|c d\"e'f\\g`h\r\nBcc:x)<!here>"
    entry = Entry(title="Truce", link=link, published_at=PUBLISHED)

    body = rendered(alert(entry, query="truce"), kind).body

    closing = "%29" if kind is MessageFormat.TEAMS else ")"
    assert f"https://e.example/a%3Eb%7Cc%20d%22e%27f%5Cg%60h%0D%0ABcc:x{closing}%3C!here%3E" in body


@EVERY_FORMAT
def test_a_link_shows_where_it_leads(kind: MessageFormat) -> None:
    entry = Entry(title="Truce", link="https://bank.example:pw@evil.example/@x", published_at=PUBLISHED)

    body = rendered(alert(entry, query="truce"), kind).body

    assert "bank.example" not in body
    assert "https://evil.example/" in body


def test_a_slack_link_with_every_sign_arrives_whole() -> None:
    entry = Entry(title="Truce", link="https://e.example/(a)_b_*c*?x=[1]&y=~z!#frag", published_at=PUBLISHED)

    body = rendered(alert(entry, query="truce"), MessageFormat.SLACK).body

    assert in_slack(body).startswith("*<https://e.example/(a)_b_*c*?x=[1]&amp;y=~z!#frag|Truce>*\n")
