"""Nobody looks for work any more: whoever watches the daemon knows it within two minutes."""

from datetime import timedelta
from pathlib import Path

from tests.support.feed_server import Answer, FeedServer
from tests.support.ground import Ground
from tests.support.rss import Item, rss
from tests.support.waiting import wait_until

CONFIG = """
[fetch]
allow_networks = ["127.0.0.0/8"]
[web]
listen = "127.0.0.1:0"
[[channels]]
name = "console"
url = "console:"
[[feeds]]
url = "{feed}"
[[rules]]
name = "storms"
query = "storm"
channels = ["console"]
"""


def test_a_daemon_that_looks_for_no_work_is_unwell_until_it_does(tmp_path: Path) -> None:
    with FeedServer() as feeds:
        feeds.script("/a", Answer(body=rss(Item(title="Old", guid="1"))))
        with Ground(tmp_path, CONFIG.format(feed=feeds.url("/a"))) as ground:
            ground.go_on()
            polls = ground.app.polls
            # After its last poll the crew looks once more, a moment later.
            assert wait_until(lambda: polls._later is None and (polls._wake is None or polls._wake.done()))
            probes = ("/healthz", "/readyz")
            assert [ground.client.get(probe).status_code for probe in probes] == [200, 200]
            ground.clock.advance(timedelta(seconds=61))
            answers = [ground.client.get(probe) for probe in probes]
            assert {answer.status_code for answer in answers} == {503}
            assert answers[0].text == "no tick for a minute: poll, read, deliver\n"
            ground.go_on()
            assert [ground.client.get(probe).status_code for probe in probes] == [200, 200]
