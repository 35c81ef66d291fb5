"""`check` and `schema`: is the configuration good, and what may be in it?"""

from dataclasses import asdict
from pathlib import Path

from monitor.cli import output
from monitor.cli.ending import GOOD, WRONG
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load
from monitor.errors import ConfigError


def check(config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """Check the configuration without starting anything.

    Prints one line when it is good, else every mistake with its line and the way out. References such
    as ${SLACK_URL} are filled in, so run it with the environment of the service.

    Example: news-monitor check --config /etc/news-monitor/config.toml
    """
    if as_json:
        return _check_as_json(config)
    output.say(
        f"{config} is good: " + ", ".join(output.count(n, name) for name, n in _counts(config).items())
    )
    return GOOD


def schema() -> int:
    """Print the JSON Schema of config.toml.

    With it, editors can check and complete while you type.

    Example: news-monitor schema > config.schema.json
    """
    from monitor.config import json_schema

    output.say_json(json_schema())
    return GOOD


def _check_as_json(config: Path) -> int:
    try:
        counts = _counts(config)
    except ConfigError as error:
        problems = [asdict(problem) for problem in error.problems]
        output.say_json({"good": False, "config": str(config), "problems": problems})
        return WRONG
    numbers = {f"{name}s": number for name, number in counts.items()}
    output.say_json({"good": True, "config": str(config), "problems": [], **numbers})
    return GOOD


def _counts(config: Path) -> dict[str, int]:
    settings = load(config)
    return {
        "feed": len(settings.feeds),
        "rule": len(settings.rules),
        "channel": len(settings.channels),
    }
