"""ADR 0013: who may ask the page and the API, who may change something, and what answers allow a browser."""

import base64
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from lxml import html

from tests.integration.web.conftest import configured
from tests.support.database import migrated_database
from tests.support.feed_server import FeedServer
from tests.support.ground import Ground, values
from tests.support.sinks import WebhookSink

TOKEN = "a-token-of-the-desk"
BROWSER = {"accept": "text/html,application/xhtml+xml"}
SECRETS = ("s3cr3t-word", "s3cr3t-path", TOKEN, "pass:word")
PAGES = ("/", "/api/v1/alerts", "/api/v1/openapi.json", "/healthz", "/readyz")
HEADERS = (
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "cross-origin-resource-policy",
)


@pytest.fixture(scope="module")
def by_token(
    tmp_path_factory: pytest.TempPathFactory, feed_server: FeedServer, hook: WebhookSink
) -> Iterator[Ground]:
    web = f'listen = "127.0.0.1:0"\nauth = {{ bearer = "{TOKEN}" }}\nurl = "https://news.example.org"'
    with Ground(tmp_path_factory.mktemp("token"), configured(feed_server, hook, web)) as ground:
        yield ground


@pytest.fixture(scope="module")
def by_password(
    tmp_path_factory: pytest.TempPathFactory, feed_server: FeedServer, hook: WebhookSink
) -> Iterator[Ground]:
    web = 'listen = "127.0.0.1:0"\nauth = { basic = "désk:pass:word" }'
    with Ground(tmp_path_factory.mktemp("password"), configured(feed_server, hook, web)) as ground:
        yield ground


# -- Host ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:1234", "127.0.0.1", "[::1]:8765", "LOCALHOST.", "192.0.2.7"]
)
def test_our_own_names_and_addresses_are_taken(open_page: Ground, host: str) -> None:
    assert open_page.client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "evil.example:80",
        "",
        "[::1",
        "127.0.0.1.evil.example",
        "a b",
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/v1/alerts", "/healthz", "/static/style.css"])
def test_a_name_of_others_that_leads_here_gets_nothing(open_page: Ground, host: str, path: str) -> None:
    answer = open_page.client.get(path, headers={"host": host})
    assert answer.status_code in (400, 421)
    assert "alerts" not in answer.text


def test_the_name_in_url_is_ours(by_token: Ground) -> None:
    for host, status in (("news.example.org", 200), ("news.example.com", 421)):
        assert by_token.client.get("/healthz", headers={"host": host}).status_code == status


# -- passwords ----------------------------------------------------------------------------------------


def basic(user: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(user.encode()).decode()}


@pytest.mark.parametrize("path", ["/", "/api/v1/alerts", "/api/v1/openapi.json", "/nothing", "/alerts.atom"])
def test_without_the_password_there_is_nothing_to_see(
    by_password: Ground, by_token: Ground, path: str
) -> None:
    for ground, kind in ((by_password, "Basic"), (by_token, "Bearer")):
        answer = ground.client.get(path)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith(f'{kind} realm="news-monitor"')
        assert "password is asked for" in answer.text


def test_the_right_password_opens_and_wrong_ones_do_not(by_password: Ground) -> None:
    right = basic("désk:pass:word")
    assert by_password.client.get("/", headers=right).status_code == 200
    lower = {"authorization": right["authorization"].replace("Basic", "basic ")}
    assert by_password.client.get("/", headers=lower).status_code == 200
    wrong = [
        basic("désk:pass:wor"),
        basic("désk:pass:word "),
        basic(":"),
        {"authorization": "Basic"},
        {"authorization": "Basic ===="},
        {"authorization": "Basic \xff"},
        {"authorization": "Bearer désk:pass:word".encode("latin-1").decode("latin-1")},
        {"authorization": ""},
    ]
    for headers in wrong:
        sent = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
        assert by_password.client.get("/", headers=sent).status_code == 401, headers


def test_the_right_token_opens_and_wrong_ones_do_not(by_token: Ground) -> None:
    get = by_token.client.get
    assert get("/", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert get("/", headers={"authorization": f"bearer  {TOKEN}"}).status_code == 200
    for value in (f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer", "", f"Basic {TOKEN}", TOKEN):
        assert get("/", headers={"authorization": value}).status_code == 401, value


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/static/style.css"])
def test_probes_and_our_own_files_need_none(by_password: Ground, by_token: Ground, path: str) -> None:
    assert [ground.client.get(path).status_code for ground in (by_password, by_token)] == [200, 200]


def sign_in(ground: Ground, token: str, to: str = "/") -> httpx.Response:
    return ground.submit("/sign-in", token=token, to=to)


def test_a_browser_signs_in_and_out_with_the_token(by_token: Ground) -> None:
    with httpx.Client(base_url=by_token.url, headers=BROWSER) as browser:
        asked = browser.get("/?rule=a%20b&x=1")
        assert (asked.status_code, asked.headers["location"]) == (
            303,
            "/sign-in?to=%2F%3Frule%3Da%2520b%26x%3D1",
        )
        form = html.document_fromstring(browser.get(asked.headers["location"]).text)
        (to,) = values(form, "//form[@action='/sign-in'][@method='post']/input[@name='to']/@value")
        done = sign_in(by_token, TOKEN, to)
        assert (done.status_code, done.headers["location"]) == (303, "/?rule=a%20b&x=1")
        cookie = done.headers["set-cookie"]
        for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/"):
            assert part in cookie
        key = {"cookie": cookie.partition(";")[0]}
        assert browser.get("/", headers=key).status_code == 200
        assert "Sign out" in browser.get("/", headers=key).text
        assert browser.get("/", headers={"cookie": "news_monitor=wrong"}).status_code == 303
        gone = browser.post("/sign-out", headers={"origin": by_token.url, **key})
        assert (gone.status_code, gone.headers["location"]) == (303, "/sign-in")
        assert 'news_monitor=""' in gone.headers["set-cookie"]


def test_the_wrong_token_signs_nobody_in(by_token: Ground) -> None:
    for token in (
        "",
        "wrong",
        TOKEN + "x",
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    ):
        refused = sign_in(by_token, token)
        assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)
        assert "This is not the token." in refused.text
        assert token == "" or token not in refused.text


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "evil.example",
        "http:/evil.example",
        "///evil.example",
    ],
)
def test_signing_in_leads_to_no_other_site(by_token: Ground, to: str) -> None:
    done = sign_in(by_token, TOKEN, to)
    assert (done.status_code, done.headers["location"]) == (303, "/")


def test_signing_in_is_for_tokens_alone(open_page: Ground, by_password: Ground) -> None:
    assert open_page.client.get("/sign-in").status_code == 404
    assert by_password.client.get("/sign-in", headers=basic("désk:pass:word")).status_code == 404


# -- what changes something ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "content-type": "application/json"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "https://evil.example", "content-type": "application/json"},
        {"origin": "null", "content-type": "application/json"},
        {"origin": ""},
        {"content-type": "text/plain"},
        {},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_is_changed_for_other_sites(open_page: Ground, headers: dict[str, str], method: str) -> None:
    sent = {"content-type": "application/x-www-form-urlencoded"} | headers
    for path in ("/", "/api/v1/alerts"):
        answer = open_page.client.request(method, path, headers=sent, content=b"a=1")
        assert answer.status_code == 403
        assert "Only the page itself may change something" in answer.text


def test_our_own_pages_and_programs_may_change_something(open_page: Ground) -> None:
    allowed = [
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"origin": open_page.url},
        {"content-type": "application/json; charset=utf-8"},
    ]
    for headers in allowed:  # let through by the guard; there is nothing to change at this address
        assert open_page.client.post("/", headers=headers).status_code == 405, headers


def test_a_body_that_would_fill_the_memory_is_refused_before_it_is_read(by_token: Ground) -> None:
    # Even by who isn't signed in.
    refused = sign_in(by_token, "x" * 200_000)
    assert (refused.status_code, refused.text) == (413, "The body must have at most 100,000 bytes.\n")
    endless = by_token.client.post("/sign-in", content=iter([b"token="]), headers={"origin": by_token.url})
    assert endless.status_code == 411
    problem = by_token.client.post("/api/v1/alerts", content=b"x" * 200_000).json()
    assert problem["detail"] == "The body must have at most 100,000 bytes."


# -- what answers allow -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [*PAGES, "/nothing", "/api/v1/nothing", "/api/v1/alerts?limit=x", "/static/style.css", "/static/nothing"],
)
def test_every_answer_allows_a_browser_our_own_files_alone(open_page: Ground, path: str) -> None:
    answer = open_page.client.get(path)
    assert all(name in answer.headers for name in HEADERS)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (answer.headers["x-content-type-options"], answer.headers["x-frame-options"]) == (
        "nosniff",
        "DENY",
    )


def test_refusals_do_so_as_well(by_token: Ground) -> None:
    refusals = [
        by_token.client.get("/"),
        by_token.client.get("/", headers={"host": "evil.example"}),
        by_token.client.post("/sign-out", headers={"authorization": f"Bearer {TOKEN}"}),
        sign_in(by_token, "wrong"),
    ]
    assert [answer.status_code for answer in refusals] == [401, 421, 403, 403]
    assert [answer.headers["cache-control"] for answer in refusals] == ["no-store"] * 4
    assert all(name in answer.headers for answer in refusals for name in HEADERS)


def test_pages_hold_no_script_style_or_address_of_elsewhere(open_page: Ground) -> None:
    page = open_page.page("/")
    assert page.xpath("//script[not(@src)] | //style | //*[@style] | //@*[starts-with(name(), 'on')]") == []
    loaded = page.xpath("//script/@src | //link/@href | //img/@src")
    assert [address for address in loaded if not address.startswith("/")] == []


def test_no_secret_is_in_any_answer(by_token: Ground) -> None:
    by_token.go_on()
    key = {"authorization": f"Bearer {TOKEN}"}
    paths = [*PAGES, *by_token.client.get("/api/v1/openapi.json", headers=key).json()["paths"]]
    for path in paths:
        said = by_token.client.get(path, headers=key).text
        assert [secret for secret in SECRETS if secret in said] == [], path


# -- what isn't there ---------------------------------------------------------------------------------


def test_what_is_not_there_is_told_to_people_and_programs(open_page: Ground) -> None:
    page = open_page.page("/nothing", 404)
    assert page.xpath("//h1/text()") == ["There is no such page."]
    assert page.xpath("//main//a/@href") == ["/"]
    problem = open_page.client.get("/api/v1/nothing")
    assert (problem.status_code, problem.headers["content-type"]) == (404, "application/problem+json")
    assert problem.json() == {
        "title": "Not Found",
        "status": 404,
        "detail": "There is no such page.",
        "errors": [],
    }


def test_what_cannot_be_done_there_is_told_with_what_can(open_page: Ground) -> None:
    ours = {"origin": open_page.url}
    page = open_page.client.post("/", headers=ours)
    assert (page.status_code, set(page.headers["allow"].split(", "))) == (405, {"GET", "HEAD"})
    assert html.document_fromstring(page.text).xpath("//h1/text()") == [
        "This can't be asked for in this way."
    ]
    problem = open_page.client.delete("/api/v1/alerts", headers=ours)
    assert (problem.status_code, "GET" in problem.headers["allow"]) == (405, True)
    assert problem.json()["title"] == "Method Not Allowed"


def test_what_cannot_be_read_is_named(open_page: Ground) -> None:
    problem = open_page.ask("/alerts", 400, limit="0", since="yesterday", colour="red")
    assert {error["name"] for error in problem["errors"]} == {"limit", "since", "colour"}


def test_where_the_database_cannot_be_reached_it_is_told(
    tmp_path: Path, feed_server: FeedServer, hook: WebhookSink
) -> None:
    database = migrated_database("postgresql", tmp_path)
    config = configured(feed_server, hook).replace(
        "[monitor]", f'[monitor]\ndatabase = "{database.url.reveal()}"'
    )
    with Ground(tmp_path, config) as ground:
        assert ground.client.get("/readyz").text == "ok\n"
        database.discard()
        (heading,) = ground.page("/", 503).xpath("//h1/text()")
        assert "does not exist" in heading
        assert ground.ask("/alerts", 503)["detail"] == heading
        assert ground.client.get("/readyz").status_code == 503
        assert ground.client.get("/healthz").status_code == 200
