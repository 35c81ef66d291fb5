"""Local ends for what the program sends: a webhook receiver, a mail server, and a way to be Slack.

All listen on 127.0.0.1 at a port of their own, work in threads, keep what they received and answer by
script, then by their default answer. They serve a test's own process and processes it starts alike.
"""

from tests.support.sinks.mail import Mail, Reply, SmtpSink
from tests.support.sinks.webhook import Answer, Request, WebhookSink, service_env, service_sink, slack_sink
from tests.support.sinks.wire import Authority

__all__ = [
    "Answer",
    "Authority",
    "Mail",
    "Reply",
    "Request",
    "SmtpSink",
    "WebhookSink",
    "service_env",
    "service_sink",
    "slack_sink",
]
