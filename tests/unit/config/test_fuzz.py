"""Whatever stands in the file, the answer is settings or a ConfigError."""

import string
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import config
from monitor.errors import ConfigError
from tests.unit.config.conftest import check_channel, failed_tests

EXAMPLE = config.example().replace("\n#", "\n")  # with its commented keys, and prose that is no TOML
SNIPPETS = [
    *string.punctuation,
    *["\n", "\0", "é", "\u202e", "1", "true", "nan", '"""', "'''", "[[", "]]", "[[feeds]]\n", "[monitor]\n"],
    *[
        "${",
        "${X}",
        "${file:x}",
        "$${",
        "1979-05-27",
        "0x",
        "9" * 30,
        "[" * 40,
        "{a=1}",
        "://",
        "@",
        "http://[",
    ],
    *['url = "http://xn--zz/"\n', 'url = "https://a:99999/"\n', 'poll_every = "1s"\n', 'name = "console"\n'],
]


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    source = draw(st.sampled_from([config.example(), EXAMPLE]))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(source)))
        length = draw(st.sampled_from([0, 0, 1, 1, 5, 40]))
        source = source[:start] + draw(st.sampled_from(SNIPPETS)) + source[start + length :]
    return source.encode()


def mistakes(raw: bytes, environ: dict[str, str]) -> list[str]:
    """Return what is wrong, nothing when all is well; any other error is a failure."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "config.toml")
        path.write_bytes(raw)
        try:
            config.load(path, environ, config.Files(), check_channel=check_channel, test_rules=failed_tests)
        except ConfigError as error:
            return [problem.what for problem in error.problems] or ["refused without a reason"]
    return []


@given(mutations())
@settings(max_examples=300, deadline=None)
def test_a_mutated_example_is_read_or_refused(raw: bytes) -> None:
    assert "refused without a reason" not in mistakes(raw, {"X": "x", "SLACK_URL": "slack://a/b/c"})


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    assert "refused without a reason" not in mistakes(raw, {})


@given(
    st.dictionaries(
        st.sampled_from(["URL", "NAME", "EVERY", "DB", "ZONE"]),
        st.text(max_size=30) | st.text(max_size=30).map("s3cr3t-{}".format),
    )
)
@settings(max_examples=200, deadline=None)
def test_any_environment_is_used_or_refused(environ: dict[str, str]) -> None:
    text = """
    monitor = {database = "${DB}", timezone = "${ZONE}", poll_every = "${EVERY}", contact = "${URL}"}
    channels = [{name = "${NAME}", url = "${URL}"}]
    feeds = [{url = "${URL}", name = "${NAME}"}, {url = "https://${NAME}/"}, {url = "http://u:${NAME}@x.org/"}]
    rules = [{name = "${NAME}", query = "${NAME}", channels = ["${NAME}"]}]
    """
    told = mistakes(text.encode(), environ)
    assert "refused without a reason" not in told
    assert not any("s3cr3t" in problem for problem in told), told
