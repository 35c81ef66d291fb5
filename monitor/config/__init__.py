"""TOML and environment -> Settings. The only place that reads configuration files and the environment.

    read | include | expand ${...} | subscribe | validate each table (pydantic) | check tables together | build
    | try the rules (tests, lint)

Every mistake is found before anything is refused, and told with file, line, key and a way out. OPML lists
of feeds, which others write, are read as far as they can be.
"""

from monitor.config.addresses import feed_identity, without_password
from monitor.config.files import Files
from monitor.config.glimpse import Glimpse, glimpse
from monitor.config.loader import example, load
from monitor.config.named import named_database
from monitor.config.opml import ListedFeed, Subscriptions, load_opml, write_opml
from monitor.config.schema import json_schema
from monitor.config.settings import Settings
from monitor.config.values import DURATION, read_duration
from monitor.config.written import feed_toml, rule_toml

__all__ = [
    "DURATION",
    "Files",
    "Glimpse",
    "ListedFeed",
    "Settings",
    "Subscriptions",
    "example",
    "feed_identity",
    "feed_toml",
    "glimpse",
    "json_schema",
    "load",
    "load_opml",
    "named_database",
    "read_duration",
    "rule_toml",
    "without_password",
    "write_opml",
]
