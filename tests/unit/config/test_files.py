"""The files of a configuration, known again."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.config import Files
from tests.unit.config.conftest import REST, Load

Change = Callable[[Path], object]


def put(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


@pytest.fixture
def files(load: Load, tmp_path: Path) -> Files:
    put(tmp_path / "feeds.d" / "a.toml", '[[feeds]]\nurl = "https://a.example/rss"\n')
    put(tmp_path / "list.opml", '<opml><body><outline xmlUrl="https://b.example/rss"/></body></opml>')
    put(tmp_path / "host", "c.example")
    head = 'include = ["feeds.d/*.toml", "more/*.toml"]\nopml = "list.opml"\n'
    more = '[[feeds]]\nurl = "https://${file:host}/rss"\n'
    return load(head + REST + more).files


def test_as_long_as_nothing_changes_they_are_the_same(files: Files) -> None:
    assert files.as_now() == files


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: put(folder / "config.toml", "#"),
        lambda folder: put(folder / "feeds.d" / "a.toml", "#"),
        lambda folder: put(folder / "feeds.d" / "b.toml", "#"),
        lambda folder: put(folder / "more" / "c.toml", "#"),
        lambda folder: put(folder / "list.opml", "<opml/>"),
        lambda folder: put(folder / "host", "d.example"),
        lambda folder: (folder / "feeds.d" / "a.toml").unlink(),
        lambda folder: (folder / "host").unlink(),
        lambda folder: (folder / "config.toml").unlink(),
    ],
)
def test_whatever_changes_is_noticed(files: Files, tmp_path: Path, change: Change) -> None:
    change(tmp_path)

    changed = files.as_now()

    assert changed != files
    assert changed.as_now() == changed


def test_the_same_content_in_a_new_file_is_no_change(files: Files, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    text = path.read_text()
    path.unlink()
    path.write_text(text)

    assert files.as_now() == files


def test_the_folders_are_those_of_files_patterns_and_where_links_lead(tmp_path: Path, files: Files) -> None:
    put(tmp_path / "real" / "host", "c.example")
    (tmp_path / "host").unlink()
    (tmp_path / "host").symlink_to(tmp_path / "real" / "host")

    assert files.folders() == {tmp_path, tmp_path / "feeds.d", tmp_path / "real"}


def test_files_that_have_mistakes_are_known_as_well(load: Load, tmp_path: Path) -> None:
    put(tmp_path / "feeds.d" / "a.toml", "nonsense")
    files = Files()

    with pytest.raises(Exception, match="not valid TOML"):
        load('include = "feeds.d/*.toml"\n' + REST, files=files)

    assert files.folders() == {tmp_path, tmp_path / "feeds.d"}
    put(tmp_path / "feeds.d" / "a.toml", "mended")
    assert files.as_now() != files


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    ours, theirs = os.pipe()
    os.write(theirs, b"hush")
    os.close(theirs)
    files = Files()

    assert files.read(Path(f"/dev/fd/{ours}")) == b"hush"
    os.close(ours)
    assert files.as_now() == files == Files()
