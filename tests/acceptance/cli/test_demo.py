import contextlib
import re
import socket
import time

from tests.acceptance.cli.place import Place


def test_the_demonstration_alerts_within_ten_seconds_on_what_its_rules_ask_for(place: Place) -> None:
    place.config.unlink()

    done = place.run("demo", "--seconds", "9")

    assert (done.returncode, done.stderr) == (0, "")
    explained, _, wire = done.stdout.partition("\n\n")
    assert len(explained.splitlines()) == 4
    assert "published: Night trains return" in wire
    assert "ukraine-ceasefire: Envoys meet in Larkfold" in wire
    assert wire.count("Night trains") == 1, "no rule asks for trains"
    assert list(place.folder.iterdir()) == []


def test_the_demonstration_has_a_page_of_its_own_beside_a_daemon_at_the_usual_address(place: Place) -> None:
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # a daemon's on this machine, perhaps: all the better
            stack.enter_context(socket.create_server(("127.0.0.1", 8765)))
        done = place.run("demo", "--seconds", "1")

    address = re.search(r"http://127\.0\.0\.1:(\d+)/", done.stdout)
    assert address is not None
    assert address[1] != "8765"
    assert (done.returncode, done.stderr) == (0, "")


def test_ctrl_c_ends_the_demonstration_well(place: Place) -> None:
    begun = time.monotonic()

    code, shown = place.interrupted("demo", after="published:")

    assert code == 0
    assert "Traceback" not in shown
    assert time.monotonic() - begun < 20
