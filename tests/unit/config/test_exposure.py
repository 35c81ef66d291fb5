"""A secret in a file that everybody on the machine may read is noted."""

from pathlib import Path

import pytest

from tests.unit.config.conftest import REST, Load

SLACK = REST.replace('"console:"', '"slack://T0AAAAAAA/B0BBBBBBB/abcdefghijklmnopqrstuvwx"')
OPEN, GROUP = 0o644, 0o640


def notes(load: Load, text: str, mode: int, **environ: str) -> list[str]:
    Path("config.toml").touch()
    Path("config.toml").chmod(mode)
    return [str(remark) for remark in load(text, **environ).remarks()]


@pytest.mark.parametrize(
    "text",
    [
        SLACK,
        '[monitor]\ndatabase = "postgresql://monitor:pa55word@db.example/news"\n' + REST,
        '[web]\nauth = {bearer = "0123456789abcdef0123456789abcdef"}\n' + REST,
        '[fetch]\nproxy = "http://u:pa55word@proxy.example:3128"\n' + REST,
        REST.replace("https://", "https://reader:pa55word@"),
        REST.replace('tags = ["world"]', 'tags = ["world"]\nauth = {basic = "reader:0123456789"}'),
        REST.replace('tags = ["world"]', 'tags = ["world"]\nheaders = {X-Key = "0123456789"}'),
    ],
)
def test_whichever_secret_it_is(load: Load, text: str) -> None:
    (note,) = notes(load, text, OPEN)
    assert note == (
        "config.toml: a secret is written here, and everybody on this machine may read the file; "
        "chmod 600 config.toml, or put the secret into a ${file:NAME}"
    )
    assert notes(load, text, GROUP) == []


def test_what_holds_no_secret_is_for_everybody_to_read(load: Load) -> None:
    assert notes(load, REST, OPEN) == []
    told = "slack://T0AAAAAAA/B0BBBBBBB/abcdefghijklmnopqrstuvwx"
    assert notes(load, REST.replace("console:", "${URL}"), OPEN, URL=told) == []


def test_an_included_file_has_a_note_of_its_own(load: Load, tmp_path: Path) -> None:
    included = tmp_path / "more.toml"
    included.write_text('[[feeds]]\nurl = "https://reader:pa55word@b.example/feed"\n')
    included.chmod(OPEN)
    (note,) = notes(load, 'include = ["more.toml"]\n' + REST, OPEN)
    assert note.startswith("more.toml: a secret is written here")
