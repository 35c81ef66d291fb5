from tests.acceptance.cli.place import Place
from tests.support.feed_server import Answer


def test_the_daemon_asks_the_heartbeat_s_address_and_its_log_never_shows_it(place: Place) -> None:
    place.feeds.script("/ping/secret-token", Answer(503), Answer(202))
    heartbeat = f'[monitor]\nheartbeat = "{place.feeds.url("/ping/secret-token")}"\nheartbeat_every = "3s"\n'
    place.config.write_text(place.config.read_text().replace("[monitor]\n", heartbeat))
    with place.daemon() as monitor:
        (missed,) = monitor.wait_for("heartbeat not sent")
        monitor.wait_for("heartbeat is sent again")
        assert monitor.terminate() == 0
        said = monitor.told()
    assert missed["detail"] == "http_5xx: the server answered 503 Service Unavailable"
    assert "secret-token" not in said
    assert "never awaited" not in said
