"""Where the page is served, and to whom."""

import pytest

from monitor.model import Secret, Web
from tests.unit.config.conftest import REST, Load, Tell


def test_the_page_is_for_this_machine_unless_told_otherwise(load: Load) -> None:
    assert load(REST).web == Web(host="127.0.0.1", port=8765)


def test_it_can_be_left_out(load: Load) -> None:
    assert load('[web]\nlisten = "off"\n' + REST).web is None


@pytest.mark.parametrize(
    ("listen", "host", "port"),
    [
        ("localhost:80", "localhost", 80),
        ("[::1]:8765", "::1", 8765),
        ("127.0.0.2:0", "127.0.0.2", 0),
    ],
)
def test_addresses_of_this_machine_alone_need_no_password(
    load: Load, listen: str, host: str, port: int
) -> None:
    assert load(f'[web]\nlisten = "{listen}"\n' + REST).web == Web(host=host, port=port)


@pytest.mark.parametrize("listen", ["0.0.0.0:8765", "[::]:8765", "192.0.2.7:80"])
def test_others_may_see_it_only_with_a_password(tell: Tell, load: Load, listen: str) -> None:
    assert tell(f'[web]\nlisten = "{listen}"\n' + REST) == [
        (
            "config.toml:2: web.listen: others than this machine could see and change everything; "
            'add auth = { basic = "desk:${WEB_PASSWORD}" }, or listen on 127.0.0.1'
        )
    ]
    settings = load(f'[web]\nlisten = "{listen}"\nauth = {{ bearer = "s3cr3t-token" }}\n' + REST)
    assert settings.web is not None
    assert settings.web.auth == Secret("Bearer s3cr3t-token")
    assert "s3cr3t-token" in settings.secrets


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "listen = 8765",
            'config.toml:2: web.listen: must be text; such as "127.0.0.1:8765", or "off"',
        ),
        (
            'listen = "8765"',
            'config.toml:2: web.listen: must be an address and a port; such as "127.0.0.1:8765", or "off"',
        ),
        (
            'listen = "127.0.0.1:99999"',
            'config.toml:2: web.listen: must be an address and a port; such as "127.0.0.1:8765", or "off"',
        ),
        (
            'listen = "news.example.org:80"',
            (
                "config.toml:2: web.listen: must be an address of this machine, not a name; "
                'such as "127.0.0.1:8765"; names go into url'
            ),
        ),
        (
            'url = "https://desk:pass@news.example.org"',
            "config.toml:2: web.url: holds a password, which messages would show; leave it out; auth asks for it",
        ),
        (
            'url = "https://example.org/news"',
            "config.toml:2: web.url: must not have a path; serve the page under a name of its own",
        ),
    ],
)
def test_what_cannot_be_listened_on_is_told(tell: Tell, line: str, told: str) -> None:
    assert tell(f"[web]\n{line}\n" + REST) == [told]
