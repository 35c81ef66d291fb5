"""`check` and `schema`: is the configuration good, and what may be in it?"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.cli import output
from monitor.cli.ending import GOOD, WRONG
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load
from monitor.errors import ConfigError

if TYPE_CHECKING:
    from monitor.config import Settings


def check(config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """Check the configuration without starting anything.

    Prints one line when it is good, else every mistake with its line and the way out. The tests of the rules
    are run. What a subscription list loses and what a query hardly means is told on stderr. References such as
    ${SLACK_URL} are filled in, so run it with the environment of the service.

    Example: news-monitor check --config /etc/news-monitor/config.toml
    """
    if as_json:
        return _check_as_json(config)
    settings = load(config)
    counts = ", ".join(output.count(number, name) for name, number in _counts(settings).items())
    output.say(f"{config} is good: {counts}")
    for remark in settings.remarks:
        output.complain(f"note: {remark}")
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
        settings = load(config)
    except ConfigError as error:
        problems = [asdict(problem) for problem in error.problems]
        output.say_json({"good": False, "config": str(config), "problems": problems})
        return WRONG
    numbers = {f"{name}s": number for name, number in _counts(settings).items()}
    remarks = [asdict(remark) for remark in settings.remarks]
    output.say_json({"good": True, "config": str(config), "problems": [], "remarks": remarks, **numbers})
    return GOOD


def _counts(settings: "Settings") -> dict[str, int]:
    return {
        "feed": len(settings.feeds),
        "rule": len(settings.rules),
        "channel": len(settings.channels),
    }
