import json
import stat

from jsonschema import Draft202012Validator

from tests.acceptance.cli.place import Place


def test_init_writes_a_configuration_that_only_its_owner_can_read_and_that_is_good(place: Place) -> None:
    place.config.unlink()

    done = place.run("init")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("config.toml is written.")
    for command in ("check", "channels test NAME", "run"):
        assert f"news-monitor {command}\n" in done.stdout
    assert stat.S_IMODE(place.config.stat().st_mode) == 0o600
    assert place.run("check").returncode == 0


def test_init_never_overwrites(place: Place) -> None:
    before = place.config.read_text()

    done = place.run("init")

    assert done.returncode == 2
    assert done.stdout == ""
    assert "config.toml exists and is left as it is" in done.stderr
    assert place.config.read_text() == before


def test_init_does_not_follow_a_dangling_link(place: Place) -> None:
    (place.folder / "link.toml").symlink_to(place.folder / "elsewhere.toml")

    assert place.run("init", "link.toml").returncode == 2
    assert not (place.folder / "elsewhere.toml").exists()


def test_init_takes_a_folder_or_a_file_and_says_how_to_use_it(place: Place) -> None:
    (place.folder / "sub").mkdir()

    done = place.run("init", "sub")

    assert done.returncode == 0
    assert "news-monitor check --config sub/config.toml" in done.stdout
    assert (place.folder / "sub" / "config.toml").exists()


def test_init_says_where_it_cannot_write(place: Place) -> None:
    done = place.run("init", "nowhere/config.toml")

    assert done.returncode == 2
    assert done.stderr == "nowhere/config.toml can't be written: no such file or directory\n"


def test_schema_prints_a_json_schema(place: Place) -> None:
    done = place.run("schema")
    schema = json.loads(done.stdout)

    assert done.returncode == 0
    Draft202012Validator.check_schema(schema)
    assert {"monitor", "feeds", "rules", "channels"} <= set(schema["properties"])
