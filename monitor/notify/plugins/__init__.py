"""Apprise's plugins as far as we need more of them, under their own schemes, and one of our own."""

from monitor.notify.plugins.discord import Discord
from monitor.notify.plugins.mail import Mail
from monitor.notify.plugins.matrix import Matrix
from monitor.notify.plugins.webhook import Webhook

__all__ = ["OURS"]

OURS = (Discord, Mail, Matrix, Webhook)
