"""What a feed's requests carry: headers, logins, proxy, language, and the encoding of its answers."""

import base64

import pytest

from monitor.model import NO_EXTRAS, RequestExtras, Secret
from tests.unit.config.conftest import REST, Load, Tell

FEED = REST.replace("tags =", "{}\ntags =")


def test_a_feed_says_how_it_is_asked(load: Load) -> None:
    keys = """
        headers = { "X-Key" = "${KEY}", Cookie = "a=b" }
        auth = { bearer = "${TOKEN}" }
        proxy = "http://proxy.example:3128"
        user_agent = "Reader/1.0 (+https://example.org)"
        language = "pt-BR"
        encoding = "Windows-1251"
        enabled = false
    """
    (feed,) = load(FEED.format(keys), KEY="k 1", TOKEN="t0ken-t0ken").feeds
    assert feed.extras == RequestExtras(
        headers=(("X-Key", Secret("k 1")), ("Cookie", Secret("a=b"))),
        authorization=Secret("Bearer t0ken-t0ken"),
        proxy=Secret("http://proxy.example:3128"),
        user_agent="Reader/1.0 (+https://example.org)",
        language="pt-BR",
    )
    assert (feed.encoding, feed.enabled) == ("cp1251", False)


def test_a_feed_is_asked_in_the_usual_way_when_nothing_is_said(load: Load) -> None:
    (feed,) = load(REST).feeds
    assert (feed.extras, feed.encoding, feed.enabled) == (NO_EXTRAS, None, True)


def test_a_basic_login_is_sent_in_utf_8(load: Load) -> None:
    (feed,) = load(FEED.format('auth = { basic = "bob:${PW}" }'), PW="pässwörd:x").feeds
    sent = (feed.extras.authorization or Secret("")).reveal()
    assert base64.b64decode(sent.removeprefix("Basic ")).decode() == "bob:pässwörd:x"


def test_every_form_of_a_login_is_a_secret(load: Load) -> None:
    settings = load(FEED.format('auth = { basic = "bob:hush-hush" }\nheaders = { X-Key = "key-key" }'))
    sent = base64.b64encode(b"bob:hush-hush").decode()
    assert {sent, "bob:hush-hush", "hush-hush", "key-key"} <= set(settings.secrets)
    assert "hush" not in repr(settings)
    assert "key-key" not in repr(settings)


def test_what_a_feed_accepts_is_no_secret(load: Load) -> None:
    settings = load(FEED.format('headers = { Accept = "application/json" }'))
    assert "application/json" not in settings.secrets


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ('headers = { Host = "a" }', "headers.Host: is not for headers; it follows from url"),
        (
            'headers = { "if-none-match" = "a" }',
            "headers.if-none-match: is not for headers; news-monitor sends",
        ),
        (
            'headers = { Accept-Encoding = "br" }',
            "headers.Accept-Encoding: is not for headers; news-monitor asks",
        ),
        ('headers = { authorization = "x" }', "headers.authorization: is not for headers; write auth = {"),
        ('headers = { User-Agent = "x" }', "headers.User-Agent: is not for headers; write user_agent"),
        (
            'headers = { Connection = "x" }',
            "headers.Connection: is not for headers; it belongs to the connection",
        ),
        ('headers = { "a b" = "x" }', 'headers."a b": is not the name of a header; such as "X-Api-Key"'),
        ('headers = { X = "a\\r\\nHost: b" }', "headers.X: is no value for a header; visible ASCII"),
        ("headers = { X = 1 }", "headers.X: must be text; put it in quotes"),
        ('headers = ["X: 1"]', "headers: must be a table of names and values; such as {"),
        ('auth = "bob:pw"', "auth: must be { basic ="),
        ('auth = { basic = "bob" }', "auth: basic must be user and password with a colon between"),
        ('auth = { bearer = "a b" }', "auth: bearer must be a token of visible ASCII characters"),
        ('auth = { bearer = "a", basic = "b:c" }', "auth: must be { basic ="),
        ('auth = { digest = "b:c" }', "auth: must be { basic ="),
        ('proxy = "socks5://a"', "proxy: must be an http or https address"),
        ('user_agent = "a\\nb"', "user_agent: must be text in visible ASCII"),
        ('language = "english (UK)"', 'language: must be the tag of a language; such as "uk" or "pt-BR"'),
        ('encoding = "rot13"', 'encoding: is not an encoding; write one such as "windows-1251" or "utf-8"'),
        ('encoding = "punycode"', "encoding: is not an encoding"),
        ('encoding = "x"', "encoding: is not an encoding"),
        ('enabled = "no"', "enabled: must be true or false; write it without quotes"),
    ],
)
def test_what_can_not_be_sent_is_refused_in_its_place(tell: Tell, key: str, told: str) -> None:
    (line,) = tell(FEED.format(key))
    assert line.startswith(f"config.toml:7: feeds.1.{told}")


def test_a_refused_value_is_not_shown(tell: Tell) -> None:
    for key in ('headers = { X = "${KEY}" }', 'auth = { basic = "${KEY}" }', 'user_agent = "${KEY}"'):
        (line,) = tell(FEED.format(key), KEY="hush\x07hush")
        assert "hush" not in line


def test_one_login_is_enough(tell: Tell) -> None:
    text = FEED.format('auth = { basic = "a:b" }').replace("https://", "https://bob:pw@")
    assert tell(text) == ["config.toml:7: feeds.1.auth: url holds a user as well; keep one of the two"]
