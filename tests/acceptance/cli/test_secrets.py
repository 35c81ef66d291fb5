from tests.acceptance.cli.place import RULE, TRUCE, Place
from tests.support.feed_server import Answer
from tests.support.rss import rss
from tests.support.sinks import Answer as HookAnswer
from tests.support.sinks import WebhookSink

PASSWORD = "correct-horse-battery"
TOKEN = "tok-4242424242"


def test_no_command_shows_a_secret(place: Place) -> None:
    """Not even one that a server, knowing it, puts into its answers."""
    with WebhookSink() as sink:
        sink.default = HookAnswer(status=500, body=TOKEN.encode())
        hook = sink.url.replace("http://", "json://desk:${HOOK_TOKEN}@")
        place.env["HOOK_TOKEN"] = TOKEN
        place.configure(
            place.feeds.url("/private.xml", userinfo=f"reader:{PASSWORD}"),
            place.feeds.url("/broken.xml", userinfo=f"reader:{PASSWORD}"),
            channels=f'[[channels]]\nname = "desk"\nurl = "{hook}"\n',
            rules=RULE.format(channel="desk"),
        )
        told = Answer(body=rss(TRUCE, title=f"World {TOKEN}"))
        place.feeds.script("/private.xml", told)
        place.feeds.script("/broken.xml", Answer(302, headers=[("Location", f"gopher://{PASSWORD}/{TOKEN}")]))
        commands = [
            ["run", "--once", "--log-level", "debug"],
            ["status"],
            ["status", "--json"],
            ["check"],
            ["channels", "list"],
            ["channels", "test", "desk"],
        ]

        said = {" ".join(command): place.run(*command) for command in commands}
        _, shown = place.on_terminal("status")

    everything = shown + "".join(done.stdout + done.stderr for done in said.values())
    assert said["run --once --log-level debug"].returncode == 1
    assert "World ***" in said["status"].stdout
    assert PASSWORD not in everything
    assert TOKEN not in everything
