"""What a mail server is given, byte for byte where it matters."""

import re

import pytest

from monitor.model import Message, MessageFormat, SendOutcome, SendStatus
from tests.integration.notify.conftest import Send
from tests.support.sinks import Authority, Mail, Reply, SmtpSink


def mail_message(title: str = "Truce agreed", body: str = "<p>Truce <b>agreed</b></p>") -> Message:
    return Message(format=MessageFormat.MAIL, title=title, body=body)


def headers(mail: Mail) -> list[str]:
    """Return the header lines as sent, folded ones joined."""
    head = mail.content.split(b"\r\n\r\n", 1)[0].decode("ascii")
    return re.sub(r"\r\n[ \t]", " ", head).split("\r\n")


def test_a_mail_has_a_text_and_an_html_part(smtp: SmtpSink, send: Send) -> None:
    assert send(smtp.url(), mail_message()) == SendOutcome(SendStatus.SENT)
    (mail,) = smtp.mails
    assert mail.message.get_content_type() == "multipart/alternative"
    assert mail.text("plain").strip() == "Truce agreed"
    assert mail.text("html").strip() == "<p>Truce <b>agreed</b></p>"
    assert mail.message["Subject"] == "Truce agreed"
    assert mail.message["To"] == "reader@example.org"
    assert "monitor@example.org" in mail.message["From"]
    assert (mail.sender, mail.recipients) == ("monitor@example.org", ("reader@example.org",))


def test_escaped_html_arrives_as_it_was_written(smtp: SmtpSink, send: Send) -> None:
    body = "<p>&lt;script&gt;alert(1)&lt;/script&gt; &lt;!channel&gt; AT&amp;T {{7*7}}</p>"
    send(smtp.url(), mail_message(body=body))
    assert smtp.mails[0].text("html").strip() == body
    assert smtp.mails[0].text("plain").strip() == "<script>alert(1)</script> <!channel> AT&T {{7*7}}"


@pytest.mark.parametrize(
    "title",
    [
        "one\r\nBcc: victim@example.org",
        "one\nBcc: victim@example.org",
        "one\rBcc: victim@example.org",
        "one\u2028Bcc: victim@example.org",
        "one\x85Bcc: victim@example.org",
        "one\x0bBcc: victim@example.org",
        "one\r\n\r\nBcc: victim@example.org",
    ],
)
def test_a_title_adds_no_header_and_no_recipient(smtp: SmtpSink, send: Send, title: str) -> None:
    assert send(smtp.url(), mail_message(title)).status is SendStatus.SENT
    (mail,) = smtp.mails
    names = [line.split(":")[0].lower() for line in headers(mail)]
    assert "bcc" not in names
    assert names.count("subject") == 1
    assert mail.message["Subject"] == "one Bcc: victim@example.org"
    assert mail.recipients == ("reader@example.org",)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Украина и перемирие " * 10, ("Украина и перемирие " * 10).strip()),
        ("停火" * 75, "停火" * 75),
        ("停火" * 200, "停火" * 79 + "停…"),
        ("word " * 400, "word " * 95 + "wo…"),
        ("not =?utf-8?q?encoded?= yet", "not =?utf-8?q?encoded?= yet"),
        ("", None),
    ],
)
def test_a_title_in_any_script_arrives_as_a_subject_that_servers_accept(
    smtp: SmtpSink, send: Send, title: str, expected: str | None
) -> None:
    assert send(smtp.url(), mail_message(title)).status is SendStatus.SENT
    assert (smtp.mails[0].message["Subject"] or None) == expected
    lines = smtp.mails[0].content.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    words = b" ".join(line for line in lines if b"=?utf-8" in line).split()
    assert all(len(word) <= 75 for word in words)


def test_a_long_mail_arrives_as_one(smtp: SmtpSink, send: Send) -> None:
    body = "<p>" + "<b>word</b> " * 10_000 + "</p>"
    send(smtp.url(), mail_message(body=body))
    assert [mail.text("html").strip() for mail in smtp.mails] == [body]


def test_a_line_with_a_dot_does_not_end_the_mail(smtp: SmtpSink, send: Send) -> None:
    send(smtp.url(), mail_message(body="<p>one\n.\ntwo</p>"))
    assert smtp.mails[0].text("html").splitlines() == ["<p>one", ".", "two</p>"]


def test_the_senders_name_can_be_given(smtp: SmtpSink, send: Send) -> None:
    url = smtp.url().replace("from=monitor@example.org", "from=News%20desk<monitor@example.org>")
    assert send(url, mail_message()).status is SendStatus.SENT
    assert smtp.mails[0].message["From"] == "News desk <monitor@example.org>"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(text="451 4.7.1 greylisted, try later"), SendStatus.FAILED),
        (Reply(text="421 4.3.2 closing"), SendStatus.FAILED),
        (Reply(text="550 5.7.1 spam"), SendStatus.REFUSED),
        (Reply(at="RCPT", text="450 4.2.0 greylisted"), SendStatus.FAILED),
        (Reply(at="RCPT", text="550 5.1.1 no such user"), SendStatus.REFUSED),
        (Reply(at="MAIL", text="452 4.3.1 full"), SendStatus.FAILED),
        (Reply(at="MAIL", text="553 5.1.8 unknown sender"), SendStatus.REFUSED),
    ],
)
def test_the_servers_reply_decides_and_is_told(
    smtp: SmtpSink, send: Send, reply: Reply, expected: SendStatus
) -> None:
    smtp.script(reply)
    assert send(smtp.url(), mail_message()) == SendOutcome(expected, f"the mail server said {reply.text}")
    assert len(smtp.mails) == (reply.at == "DATA")


def test_a_connection_dropped_after_the_mail_was_read_is_unknown(smtp: SmtpSink, send: Send) -> None:
    smtp.script(Reply(drop=True))
    outcome = send(smtp.url(), mail_message())
    assert outcome == SendOutcome(
        SendStatus.UNKNOWN, "the connection broke off; the message may have arrived"
    )
    assert len(smtp.wait_for(1)) == 1


def test_a_connection_dropped_before_the_mail_was_read_failed(smtp: SmtpSink, send: Send) -> None:
    smtp.script(Reply(at="RCPT", drop=True))
    assert send(smtp.url(), mail_message()) == SendOutcome(SendStatus.FAILED, "the connection broke off")
    assert smtp.mails == []


def test_mail_goes_encrypted_with_a_login(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, send: Send
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
    with SmtpSink(tls=authority.server_context("127.0.0.1"), login=("ann", "s3cret-word")) as sink:
        assert send(secure_url(sink, "s3cret-word"), mail_message()) == SendOutcome(SendStatus.SENT)
        assert [(mail.login, mail.tls) for mail in sink.mails] == [("ann", True)]


def test_a_wrong_password_is_refused(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, send: Send
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
    with SmtpSink(tls=authority.server_context("127.0.0.1"), login=("ann", "s3cret-word")) as sink:
        outcome = send(secure_url(sink, "wrong-word"), mail_message())
    assert outcome.status is SendStatus.REFUSED
    assert outcome.detail.startswith("the mail server said 535 ")


def test_a_mail_server_with_a_certificate_from_nowhere_gets_no_password(
    authority: Authority, send: Send
) -> None:
    with SmtpSink(tls=authority.server_context("127.0.0.1"), login=("ann", "s3cret-word")) as sink:
        outcome = send(secure_url(sink, "s3cret-word"), mail_message())
        assert sink.mails == []
    assert outcome == SendOutcome(SendStatus.FAILED, "the server's certificate is not trusted")


def test_a_mail_server_without_starttls_is_refused(smtp: SmtpSink, send: Send) -> None:
    outcome = send(secure_url(smtp, "s3cret-word"), mail_message())
    assert outcome.status is SendStatus.REFUSED
    assert "STARTTLS" in outcome.detail
    assert smtp.mails == []


def secure_url(sink: SmtpSink, password: str) -> str:
    return (
        f"mailtos://ann:{password}@127.0.0.1:{sink.port}?smtp=127.0.0.1&mode=starttls"
        "&from=monitor@example.org&to=reader@example.org"
    )


def story_message(key: str = "alert-1", story: str | None = "story-7", body: str = "<p>Truce</p>") -> Message:
    return Message(
        format=MessageFormat.MAIL, title="Truce", body=body, text="Our own\ntext", thread=story, key=key
    )


def test_the_text_part_is_our_own(smtp: SmtpSink, send: Send) -> None:
    send(smtp.url(), story_message())
    assert smtp.mails[0].text("plain").splitlines() == ["Our own", "text"]


def test_a_channel_that_wants_plain_text_gets_nothing_else(smtp: SmtpSink, send: Send) -> None:
    send(smtp.url(format="text"), story_message())
    assert smtp.mails[0].message.get_content_type() == "text/plain"
    assert smtp.mails[0].text("plain").splitlines() == ["Our own", "text"]


def test_mails_of_one_story_make_a_thread(smtp: SmtpSink, send: Send) -> None:
    for message in (story_message("alert-1"), story_message("alert-2"), story_message("alert-3", "story-8")):
        send(smtp.url(), message)
    first, second, other = (mail.message for mail in smtp.mails)
    assert first["References"] == first["In-Reply-To"] == second["References"] == second["In-Reply-To"]
    assert other["References"] != first["References"]
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", first["References"])
    assert len({mail["Message-ID"] for mail in (first, second, other)} | {first["References"]}) == 4


def test_a_mail_without_a_story_is_in_no_thread(smtp: SmtpSink, send: Send) -> None:
    send(smtp.url(), story_message(story=None))
    assert "References" not in smtp.mails[0].message
    assert "In-Reply-To" not in smtp.mails[0].message


def test_a_second_copy_is_known_by_its_id(smtp: SmtpSink, send: Send) -> None:
    for message in (
        story_message(),
        story_message(),
        story_message(body="<p>And more</p>"),
        story_message("alert-2"),
    ):
        send(smtp.url(), message)
    copies = [mail.message["Message-ID"] for mail in smtp.mails]
    assert copies[0] == copies[1]
    assert len(set(copies)) == 3
    for _ in range(2):
        send(smtp.url(), mail_message())
    assert smtp.mails[4].message["Message-ID"] != smtp.mails[5].message["Message-ID"]


def test_a_mail_says_what_sent_it_and_when(smtp: SmtpSink, send: Send) -> None:
    send(smtp.url(), story_message())
    message = smtp.mails[0].message
    assert message["List-Id"] == "<it.news-monitor.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Mon, 23 Nov 2026 09:41:00 +0000"
    names = [line.split(":")[0].lower() for line in headers(smtp.mails[0])]
    assert sorted(names) == sorted(set(names))


def test_headers_of_the_url_replace_ours(smtp: SmtpSink, send: Send) -> None:
    added = {"%2BList-ID": "<desk.example.org>", "%2BX-Desk": "Z%C3%BCrich", "reply": "desk@example.org"}
    send(smtp.url(**added), story_message())
    message = smtp.mails[0].message
    assert message.get_all("List-Id") == ["<desk.example.org>"]
    assert message["X-Desk"] == "Zürich"
    assert message["Reply-To"] == "desk@example.org"
