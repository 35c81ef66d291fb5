import time

from tests.acceptance.cli.place import Place


def test_the_demonstration_alerts_within_ten_seconds_on_what_its_rules_ask_for(place: Place) -> None:
    place.config.unlink()

    done = place.run("demo", "--seconds", "9")

    assert (done.returncode, done.stderr) == (0, "")
    explained, _, wire = done.stdout.partition("\n\n")
    assert len(explained.splitlines()) == 2
    assert "published: Night trains return" in wire
    assert "ukraine-ceasefire: Envoys meet in Larkfold" in wire
    assert wire.count("Night trains") == 1, "no rule asks for trains"
    assert list(place.folder.iterdir()) == []


def test_ctrl_c_ends_the_demonstration_well(place: Place) -> None:
    begun = time.monotonic()

    code, shown = place.interrupted("demo", after="published:")

    assert code == 0
    assert "Traceback" not in shown
    assert time.monotonic() - begun < 20
