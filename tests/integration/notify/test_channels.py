"""What is accepted as a channel, and what is said to the rest."""

import subprocess
import sys

import pytest

from monitor.model import MessageFormat
from monitor.notify import check_channel

TOKEN = "abcdefghijklmnopqrstuvwx"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("console:", MessageFormat.CONSOLE),
        (f"slack://T0AAAAAAA/B0BBBBBBB/{TOKEN}", MessageFormat.SLACK),
        (f"SLACK://T0AAAAAAA/B0BBBBBBB/{TOKEN}/#desk", MessageFormat.SLACK),
        (f"https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/{TOKEN}", MessageFormat.SLACK),
        ("mailto://ann:word@mail.example.org?to=bob@example.org", MessageFormat.MAIL),
        ("mailtos://ann:word@mail.example.org?to=bob@example.org", MessageFormat.MAIL),
        ("mailtos://ann:word@mail.example.org?to=bob@example.org&retry=2", MessageFormat.MAIL),
        ("jsons://127.0.0.1/hook", MessageFormat.TEXT),
        ("ntfys://ntfy.example.org/topic", MessageFormat.NTFY),
        (f"https://discord.com/api/webhooks/4174216298/{TOKEN}", MessageFormat.DISCORD),
        ("tgram://123456789:abcdefghijklmnopqrstuvwxyzABCDE_fgh/12345", MessageFormat.TELEGRAM),
        (f"matrixs://{TOKEN}@m.example.org/!room", MessageFormat.MATRIX),
        (f"workflows://prod-1.westus.logic.azure.com/643e69f83c89/{TOKEN}", MessageFormat.TEAMS),
        ("webhooks://hooks.example.org/news", MessageFormat.WEBHOOK),
    ],
)
def test_the_scheme_says_how_text_is_written(url: str, expected: MessageFormat) -> None:
    assert [one.format for one in check_channel(url)] == [expected]


@pytest.mark.parametrize(
    ("url", "what", "way_out"),
    [
        ("", "is empty", "slack://"),
        ("  ", "is empty", "slack://"),
        (f"{TOKEN}", "is no Apprise URL", "console:"),
        ("console://", "is no Apprise URL", '"console:"'),
        (f"slak://T0AAAAAAA/B0BBBBBBB/{TOKEN}", "slak://", "did you mean slack://"),
        (f"qqqqqq://T0AAAAAAA/B0BBBBBBB/{TOKEN}", "qqqqqq://", "https://"),
        (f"slack://T0AAAAAAA/{TOKEN}", "incomplete", "slack://{token_a}/{token_b}/{token_c}"),
        (f"slack://T0AAAAAAA/B0BBBBBBB/{TOKEN}-{TOKEN}", "incomplete", "slack://{token_a}"),
        (f"https://hook.example.org/{TOKEN}", "no service", "webhooks://"),
        (f"pbul://{TOKEN}/phone/tablet", "several", "a channel for each"),
        (f"matrix://ann:{TOKEN}@m.example.org", "nobody", "add the recipient"),
        (f"mqtt://ann:{TOKEN}@broker.example.org/topic", "paho-mqtt", "install it"),
        (f"json://ann:{TOKEN}@h.example.org/a b", "blank", "%20"),
        (f"json://ann:{TOKEN}@h.example.org/a\nb", "control character", "remove"),
        (f"json://ann:{TOKEN}@h.example.org/{'x' * 5000}", "longer", "slack://"),
        (f"json://ann:{TOKEN}@[bad/", "incomplete", "json://"),
        (f"windows://{TOKEN}]", "incomplete", "windows://"),
        ("windows://desk", "windows://", "install it"),
    ],
)
def test_a_url_that_cannot_work_is_refused_with_a_way_out(url: str, what: str, way_out: str) -> None:
    with pytest.raises(ValueError, match=r"URL|needs") as refusal:
        check_channel(url)
    said = str(refusal.value)
    assert what in said
    assert way_out in said
    assert said.isprintable()
    assert TOKEN not in said
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


def test_the_package_is_imported_without_apprise() -> None:
    program = "import sys, monitor.notify; print('apprise' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
