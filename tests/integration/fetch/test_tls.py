import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
import trustme

from monitor.model import Reason
from tests.integration.fetch.fetching import failed, fetch, limits, served
from tests.support.feed_server import Answer, FeedServer, sends

AUTHORITY = trustme.CA()


@pytest.fixture
def trusting() -> ssl.SSLContext:
    """A client that trusts the tests' authority."""
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


@pytest.fixture
def https() -> Iterator[Callable[[trustme.LeafCert], FeedServer]]:
    running = []

    def start(certificate: trustme.LeafCert) -> FeedServer:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        server = FeedServer(tls=context)
        server.start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.stop()


Start = Callable[[trustme.LeafCert], FeedServer]


def test_a_trusted_certificate_is_accepted(https: Start, trusting: ssl.SSLContext) -> None:
    server = https(AUTHORITY.issue_cert("127.0.0.1"))
    server.script("/feed", Answer(body=b"<rss/>"))
    assert served(fetch(server.url("/feed"), tls=trusting)).url == server.url("/feed")


def test_the_certificate_must_be_for_the_name_in_the_url(https: Start, trusting: ssl.SSLContext) -> None:
    server = https(AUTHORITY.issue_cert("feeds.example"))
    server.script("/feed", Answer(body=b"<rss/>"))
    named = server.url("/feed", host="feeds.example")
    served(fetch(named, tls=trusting, lookup=lambda host, port: ["127.0.0.1"]))
    other = server.url("/feed", host="other.example")
    outcome = fetch(other, tls=trusting, lookup=lambda host, port: ["127.0.0.1"])
    assert "other.example" in failed(outcome, Reason.TLS)
    assert len(server.requests()) == 1


def test_an_expired_certificate_is_refused(https: Start, trusting: ssl.SSLContext) -> None:
    server = https(AUTHORITY.issue_cert("127.0.0.1", not_after=datetime(2020, 1, 1, tzinfo=UTC)))
    assert "expired" in failed(fetch(server.url("/feed"), tls=trusting), Reason.TLS)


def test_a_certificate_of_an_unknown_authority_is_refused(https: Start) -> None:
    server = https(AUTHORITY.issue_cert("127.0.0.1"))
    assert "certificate" in failed(fetch(server.url("/feed?token=hush")), Reason.TLS)


def test_an_authority_named_in_the_environment_is_trusted(
    https: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = https(AUTHORITY.issue_cert("127.0.0.1"))
    server.script("/feed", Answer(body=b"<rss/>"))
    with AUTHORITY.cert_pem.tempfile() as path:
        monkeypatch.setenv("SSL_CERT_FILE", path)
        served(fetch(server.url("/feed")))


@pytest.mark.parametrize("said", [b"220 mail.example ESMTP\r\n", b""])
def test_a_server_that_does_not_shake_hands_is_a_tls_failure(said: bytes) -> None:
    def answer() -> None:
        peer, _ = plain.accept()
        with closing(peer):
            peer.recv(65_536)
            peer.sendall(said)

    with closing(socket.create_server(("127.0.0.1", 0))) as plain:
        server = threading.Thread(target=answer)
        server.start()
        failed(fetch(f"https://127.0.0.1:{plain.getsockname()[1]}/feed"), Reason.TLS)
        server.join()


@pytest.mark.parametrize(("path", "userinfo"), [("/feed?token=hush", ""), ("/feed", "bob:hush")])
def test_a_redirect_from_https_to_http_is_refused_when_the_address_may_hold_a_secret(
    https: Start, trusting: ssl.SSLContext, server: FeedServer, path: str, userinfo: str
) -> None:
    secure = https(AUTHORITY.issue_cert("127.0.0.1"))
    secure.script("/feed", Answer(302, [("Location", server.url("/feed?token=hush"))]))
    detail = failed(fetch(secure.url(path, userinfo=userinfo), tls=trusting), Reason.REDIRECT)
    assert server.url("/feed") in detail
    assert "hush" not in detail
    assert server.requests() == ()


def test_a_redirect_from_https_to_http_is_followed_when_there_is_no_secret(
    https: Start, trusting: ssl.SSLContext, server: FeedServer
) -> None:
    secure = https(AUTHORITY.issue_cert("127.0.0.1"))
    secure.script("/feed", Answer(302, [("Location", server.url("/feed"))]))
    server.script("/feed", Answer(body=b"<rss/>"))
    served(fetch(secure.url("/feed"), tls=trusting))


def test_a_redirect_from_http_to_https_is_followed_without_the_password(
    https: Start, trusting: ssl.SSLContext, server: FeedServer
) -> None:
    secure = https(AUTHORITY.issue_cert("127.0.0.1"))
    secure.script("/feed", Answer(body=b"<rss/>"))
    server.script("/feed", Answer(301, [("Location", secure.url("/feed"))]))
    served(fetch(server.url("/feed", userinfo="bob:hush"), tls=trusting))
    assert secure.requests()[0].header("Authorization") is None


def test_a_cut_answer_over_tls_is_no_document(https: Start, trusting: ssl.SSLContext) -> None:
    secure = https(AUTHORITY.issue_cert("127.0.0.1"))
    secure.script("/feed", sends(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<rss>"))
    failed(fetch(secure.url("/feed"), limits(), tls=trusting), Reason.PROTOCOL)
