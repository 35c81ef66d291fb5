"""`check` and `schema`: is the configuration good, and what may be in it?"""

import shlex
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.cli import output
from monitor.cli.ending import GOOD, WRONG
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load
from monitor.errors import ConfigError, Problem, StoreError

if TYPE_CHECKING:
    from monitor.config import Settings


def check(config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """Check the configuration without starting anything.

    Prints one line when it is good, else every mistake with its line and the way out. The tests of the rules
    are run. What a subscription list loses, what a query hardly means, and which rules would have flooded with the
    stored entries of the last two days is told on stderr. References such as ${SLACK_URL} are filled in, so run it
    with the environment of the service.

    Example: news-monitor check --config /etc/news-monitor/config.toml
    """
    if as_json:
        return _check_as_json(config)
    settings = load(config)
    counts = ", ".join(output.count(number, name) for name, number in _counts(settings).items())
    output.say(f"{config} is good: {counts}")
    for remark in (*settings.remarks(), *_floods(config, settings)):
        output.note(str(remark))
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
    remarks = [asdict(remark) for remark in (*settings.remarks(), *_floods(config, settings))]
    output.say_json({"good": True, "config": str(config), "problems": [], "remarks": remarks, **numbers})
    return GOOD


def _floods(config: Path, settings: "Settings") -> list[Problem]:
    with suppress(PermissionError):  # which the store runs into as well
        if settings.database_file and not settings.database_file.exists():
            return []  # no history yet; reading one takes more imports than all the rest

    from monitor.app.past import flooding
    from monitor.clock import SystemClock

    try:
        rules = flooding(settings, SystemClock().now())
    except StoreError:  # no history to learn from; `run` will tell when the database can't be used
        return []
    return [
        Problem(
            file=str(config),
            line=None,
            key=f'rule "{rule.rule}"',
            what=f"would have sent {rule.busiest_hour} alerts within an hour, of the entries of the last two days",
            advice=f"narrow it; see: news-monitor backtest --rule {shlex.quote(rule.rule)}",
        )
        for rule in rules
    ]


def _counts(settings: "Settings") -> dict[str, int]:
    return {
        "feed": len(settings.feeds),
        "rule": len(settings.rules),
        "channel": len(settings.channels),
    }
