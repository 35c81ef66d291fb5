"""*Rules*: what they match, and the workbench: a rule tried on the last days while it is being written."""

from dataclasses import replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.app.desk import Desk
from monitor.app.names import tags
from monitor.app.rules import rule_views
from monitor.app.workbench import Trial, try_rule
from monitor.config import rule_toml
from monitor.model import AlertWish, Rule
from monitor.web.asked import Asked
from monitor.web.days import last_days
from monitor.web.shown import Shown

_DAYS = 14
_LAST = 20
DRAFT_DAYS, MOST_DAYS = 7, 30
_NEW = "new-rule"


def routes(desk: Desk, shown: Shown) -> list[Route]:
    """Return the routes of the list, of one rule, and of the workbench."""

    def page(request: Request) -> Response:
        days = last_days(_DAYS, desk.now(), desk.settings.timezone)
        views = rule_views(desk.settings, desk.reader, days.since, _DAYS)
        return shown.page(request, "rules.html", rules=views, days=days.labels)

    def one(request: Request) -> Response:
        rule = found(desk, request.query_params.get("name", ""))
        days = last_days(_DAYS, desk.now(), desk.settings.timezone)
        (view,) = (
            one for one in rule_views(desk.settings, desk.reader, days.since, _DAYS) if one.name == rule.name
        )
        alerts, _ = desk.reader.alerts(AlertWish(rule=rule.name, limit=_LAST))
        return shown.page(
            request, "rule.html", rule=rule, view=view, days=days.labels, toml=rule_toml(rule), alerts=alerts
        )

    def workbench(request: Request) -> Response:
        asked = Asked(request.query_params)
        rule = draft(asked, desk)
        days = asked.number("days", MOST_DAYS) or DRAFT_DAYS
        trial = None
        if rule.query and not asked.problems:
            trial = try_rule(desk.reader, desk.settings, rule, clock=desk.app.clock, days=days)
        return shown.page(
            request,
            "workbench.html",
            400 if asked.problems else 200,
            rule=rule,
            trial=trial,
            days=days,
            labels=_labels(trial),
            problems=asked.problems,
            settings=desk.settings,
            tags=tags(desk.settings),
        )

    return [Route("/rules", page), Route("/rules/show", one), Route("/rules/workbench", workbench)]


def found(desk: Desk, name: str) -> Rule:
    """Return the configured rule of a name. Raises HTTPException when there is none."""
    for rule in desk.settings.rules:
        if rule.name == name:
            return rule
    raise HTTPException(404, "No rule of the configuration has this name.")


def draft(asked: Asked, desk: Desk) -> Rule:
    """Return the rule that is being written: all of a configured one, of which a `query` is changed, or a new one."""
    name, query, tag = asked.text("rule"), asked.text("query", 5_000), asked.text("tag")
    if name is not None and name in {rule.name for rule in desk.settings.rules}:
        rule = found(desk, name)
        return rule if query is None else replace(rule, query=query)
    channels = tuple(channel.name for channel in desk.settings.channels[:1])
    return Rule(
        name=name or _NEW,
        query=query or "",
        channels=channels,
        tags=frozenset([tag] if tag else ()),
        language=asked.text("language"),
    )


def _labels(trial: Trial | None) -> list[str]:
    return [f"{day.day:%a %d %b}" for day in trial.days] if trial else []
