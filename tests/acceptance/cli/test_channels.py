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
    assert [(one["name"], one["service"], one["rules"]) for one in data] == [
        ("console", "console", ["ukraine-ceasefire"]),
        ("desk", "json", []),
    ]
    assert data[0] | {"pending": 0, "last_sent_at": None, "rests_until": None} == data[0]
    assert SECRET not in text.stdout + str(data)


def test_the_list_names_the_service_behind_an_address_of_its_own(place: Place) -> None:
    slack = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
    place.configure(channels=CONSOLE + f'[[channels]]\nname = "desk"\nurl = "{slack}"\n')
    assert [one["service"] for one in place.json("channels", "list")] == ["console", "slack"]


def test_the_list_tells_what_waits_what_was_given_up_and_why_a_channel_rests(place: Place) -> None:
    with WebhookSink() as sink:
        sink.default = Answer(status=503, body=b"closed for today")
        place.configure(channels=CONSOLE + hook(sink), rules=RULE.replace("{channel}", 'console", "desk'))
        place.run("run", "--once")

        console, desk = place.json("channels", "list")
        text = place.run("channels", "list").stdout

    assert (console["sent"], console["rests_because"], desk["failed"], desk["failures"]) == (1, "", 1, 1)
    assert console["last_sent_at"] is not None
    assert desk["last_error"] == "HTTP 503 Service Unavailable: closed for today"
    assert desk["rests_because"] == f"1 failure in a row: {desk['last_error']}"
    assert desk["rests_until"] > console["last_sent_at"]
    first, second = (line.split() for line in text.splitlines()[1:])
    assert (first[2:5], second[2:5]) == (["0", "0", "0"], ["1", "0", "0"])
    assert "never" in second
    assert "closed for today" in text


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


def test_a_group_is_tried_channel_by_channel(place: Place) -> None:
    with WebhookSink() as sink:
        place.configure(channels=CONSOLE + hook(sink) + '[channel_groups]\nteam = ["desk", "console"]\n')

        done = place.run("channels", "test", "team")

        assert len(sink.requests) == 1
    assert done.returncode == 0
    assert {"The test message is sent to console.", "The test message is sent to desk."} <= set(
        done.stdout.splitlines()
    )


def test_each_recipient_of_a_url_is_a_channel(place: Place) -> None:
    with SmtpSink() as mail:
        url = mail.url(to="ann@example.org,bob@example.org")
        place.configure(
            channels=f'[[channels]]\nname = "mail"\nurl = "{url}"\n', rules=RULE.format(channel="mail")
        )

        names = [one["name"] for one in place.json("channels", "list")]
        done = place.run("channels", "test", "mail")

        assert names == ["mail/ann@example.org", "mail/bob@example.org"]
        assert done.stdout.splitlines() == [f"The test message is sent to {name}." for name in names], (
            done.stderr
        )
        assert len(mail.mails) == 2


def test_an_unknown_channel_gets_the_nearest_name(place: Place) -> None:
    done = place.run("channels", "test", "consol")

    assert done.returncode == 2
    assert done.stderr == "there is no channel 'consol'; did you mean 'console'?\n"
    assert "there are: console" in place.run("channels", "test", "xyz").stderr
