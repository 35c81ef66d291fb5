from tests.acceptance.cli.place import CONSOLE, RULE, Place
from tests.support.sinks import Answer, SmtpSink, WebhookSink

SECRET = "hunter2-and-more"


def hook(sink: WebhookSink) -> str:
    url = sink.url.replace("http://", f"json://monitor:{SECRET}@")
    return f'[[channels]]\nname = "desk"\nurl = "{url}"\n'


def test_the_list_shows_services_and_rules_but_no_addresses(place: Place) -> None:
    with WebhookSink() as sink:
        place.configure(channels=CONSOLE + hook(sink))

        text, data = place.run("channels", "list"), place.json("channels", "list")

    assert text.returncode == 0
    assert [line.split(maxsplit=2)[:2] for line in text.stdout.splitlines()] == [
        ["CHANNEL", "SERVICE"],
        ["console", "console"],
        ["desk", "json"],
    ]
    assert data == [
        {"name": "console", "service": "console", "rules": ["ukraine-ceasefire"]},
        {"name": "desk", "service": "json", "rules": []},
    ]
    assert SECRET not in text.stdout + str(data)


def test_a_test_message_arrives_as_an_alert_would(place: Place) -> None:
    with SmtpSink() as mail:
        place.configure(
            channels=f'[[channels]]\nname = "mail"\nurl = "{mail.url(to="desk@example.org")}"\n',
            rules=RULE.format(channel="mail"),
        )

        done = place.run("channels", "test", "mail")

        assert (done.returncode, done.stdout) == (0, "The test message is sent to mail.\n"), done.stderr
        (message,) = mail.mails
        assert "Test message from news-monitor" in message.message["Subject"]
        assert "Nothing has happened" in message.text("plain")


def test_on_the_console_the_message_itself_is_the_proof(place: Place) -> None:
    done = place.run("channels", "test", "console")

    assert done.returncode == 0
    assert "*Test* message from news-monitor" in done.stdout
    assert "sent to console" in done.stdout


def test_a_test_that_fails_says_why_and_what_to_do_without_the_secret(place: Place) -> None:
    with WebhookSink() as sink:
        sink.default = Answer(status=404, body=b"no such hook")
        place.configure(channels=hook(sink), rules=RULE.format(channel="desk"))

        done = place.run("channels", "test", "desk")

    assert (done.returncode, done.stdout) == (1, "")
    assert "The test message to desk: refused" in done.stderr
    assert "404" in done.stderr
    assert "check its url" in done.stderr
    assert SECRET not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_unknown_channel_gets_the_nearest_name(place: Place) -> None:
    done = place.run("channels", "test", "consol")

    assert done.returncode == 2
    assert done.stderr == "there is no channel 'consol'; did you mean 'console'?\n"
    assert "there are: console" in place.run("channels", "test", "xyz").stderr
