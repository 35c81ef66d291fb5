"""``${NAME}`` and ``${file:NAME}``."""

from pathlib import Path

import pytest

from tests.unit.config.conftest import REST, Load, Tell


def with_channel(url: str) -> str:
    return REST.replace("console:", url)


def test_a_variable_and_a_file_are_put_in(load: Load, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t0k3n-of-ours\n")
    settings = load(with_channel("slack://${HOST}/${file:token}"), HOST="hooks")
    assert settings.channels[0].url.reveal() == "slack://hooks/t0k3n-of-ours"


def test_files_are_looked_for_among_the_credentials_first(load: Load, tmp_path: Path) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (tmp_path / "token").write_text("beside")
    (credentials / "token").write_text("credential")
    text = with_channel("slack:${file:token}")
    assert load(text).channels[0].url.reveal() == "slack:beside"
    assert load(text, CREDENTIALS_DIRECTORY="").channels[0].url.reveal() == "slack:beside"
    assert load(text, CREDENTIALS_DIRECTORY=str(credentials)).channels[0].url.reveal() == "slack:credential"
    absolute = with_channel(f"slack:${{file:{tmp_path / 'token'}}}")
    assert load(absolute, CREDENTIALS_DIRECTORY=str(credentials)).channels[0].url.reveal() == "slack:beside"


@pytest.mark.parametrize(
    ("content", "value"), [("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), ("a", "a"), (" a ", " a ")]
)
def test_one_line_end_of_a_file_is_dropped(load: Load, tmp_path: Path, content: str, value: str) -> None:
    (tmp_path / "token").write_bytes(content.encode())
    assert load(with_channel("slack:${file:token}")).channels[0].url.reveal() == f"slack:{value}"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("slack:$${A}", "slack:${A}"),
        ("slack:$A$", "slack:$A$"),
        ("slack:$$${A}", "slack:$${A}"),
        ("slack:${A}${A}", "slack:${B}${B}"),  # what was put in is not expanded again
    ],
)
def test_what_is_literal(load: Load, written: str, read: str) -> None:
    assert load(with_channel(written), A="${B}", B="never").channels[0].url.reveal() == read


def test_only_values_are_expanded(tell: Tell) -> None:
    assert tell('[parse]\n"${A}" = 1' + REST, A="workers") == [
        'config.toml:2: parse."${A}": unknown key; keys of [parse]: timeout, workers'
    ]


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("${NONE}", "the environment variable NONE is not set; set it before the start"),
        ("${EMPTY}", "the environment variable EMPTY is empty; set it before the start"),
        ("slack:${ODD}", "the environment variable ODD is not UTF-8 text"),
        ("${a b}", '"${" starts no reference; write ${NAME}, ${file:NAME}, or $${ for a literal "${"'),
        ("${}", '"${" starts no reference; write ${NAME}, ${file:NAME}, or $${ for a literal "${"'),
        ("${file:}", '"${" starts no reference; write ${NAME}, ${file:NAME}, or $${ for a literal "${"'),
        ("${NONE", '"${" starts no reference; write ${NAME}, ${file:NAME}, or $${ for a literal "${"'),
        ("${file:none}", "the file {folder}/none can't be read: no such file or directory"),
        ("${file:.}", "the file {folder} can't be read: is a directory"),
        (
            "${file:a\\u0000}",
            '"${" starts no reference; write ${NAME}, ${file:NAME}, or $${ for a literal "${"',
        ),
        ("${file:latin}", "the file {folder}/latin is not UTF-8 text"),
        ("${file:empty}", "the file {folder}/empty is empty"),
        ("${file:large}", "the file {folder}/large is larger than 65536 bytes; a secret is short"),
    ],
)
def test_a_reference_to_nothing(tell: Tell, tmp_path: Path, written: str, what: str) -> None:
    (tmp_path / "latin").write_bytes(b"caf\xe9")
    (tmp_path / "empty").write_bytes(b"\n")
    (tmp_path / "large").write_bytes(b"a" * 65_537)
    what = what.replace("{folder}", str(tmp_path))
    assert tell(with_channel(written), EMPTY="", ODD="caf\udce9") == [
        f"config.toml:4: channels.1.url: {what}"
    ]


def test_every_bad_reference_is_told_where_it_stands(tell: Tell) -> None:
    text = '[monitor]\ncontact = "${A}"\ndatabase = "postgresql://u:${B}@db/news"\n' + REST
    assert tell(text.replace('["world"]', '[\n"world",\n"${C}"]')) == [
        "config.toml:2: monitor.contact: the environment variable A is not set; set it before the start",
        "config.toml:3: monitor.database: the environment variable B is not set; set it before the start",
        "config.toml:12: feeds.1.tags.2: the environment variable C is not set; set it before the start",
    ]


def test_a_value_from_outside_is_never_shown(tell: Tell, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hunter2")
    text = """
    [monitor]
    database = "${S}"
    poll_every = "${S}"
    contact = "${S}"
    timezone = "${S}"
    first_poll = "${S}"
    [fetch]
    proxy = "${S}"
    max_body = "${S}"
    allow_networks = ["${S}", "${S}/8"]
    [[channels]]
    name = "${S}"
    url = "${file:token}"
    [[channels]]
    name = "${S}"
    url = "slack:"
    [[feeds]]
    url = "${S}"
    tags = ["${S}"]
    [[rules]]
    name = "a"
    query = "(${S}"
    channels = ["nobody"]
    tags = ["nothing"]
    """
    told = tell(text, S="hunter2")
    assert len(told) == 15
    assert "hunter2" not in "".join(told)
    assert 'rules.1.channels.1: no channel has this name; channels: "***"' in told[-2]
