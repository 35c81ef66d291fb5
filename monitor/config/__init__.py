"""TOML and environment -> Settings. The only place that reads configuration files and the environment.

    read | expand ${...} | validate each table (pydantic) | check tables together | build

Every mistake is found before anything is refused, and told with file, line, key and a way out.
"""

from monitor.config.loader import example, load
from monitor.config.schema import json_schema
from monitor.config.settings import Settings

__all__ = ["Settings", "example", "json_schema", "load"]
