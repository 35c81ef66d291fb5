"""*Rules*: what they match, and the workbench: a rule tried on the last days while it is being written."""

from dataclasses import replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.app.days import last_days
from monitor.app.desk import Desk
from monitor.app.names import tags
from monitor.app.rules import DAYS, rule_detail, rule_views
from monitor.app.workbench import Trial, try_rule
from monitor.model import Rule
from monitor.web.api.rules import NO_RULE
from monitor.web.asked import Asked
from monitor.web.shown import Shown

DRAFT_DAYS, MOST_DAYS = 7, 30
_NEW = "new-rule"


def routes(desk: Desk, shown: Shown) -> list[Route]:
    """Return the routes of the list, of one rule, and of the workbench."""

    def page(request: Request) -> Response:
        views = rule_views(desk.settings, desk.reader, desk.now())
        return shown.page(request, "rules.html", rules=views)

    def one(request: Request) -> Response:
        detail = rule_detail(desk.settings, desk.reader, desk.now(), request.query_params.get("name", ""))
        if detail is None:
            raise HTTPException(*NO_RULE)
        days = last_days(DAYS, desk.now(), desk.settings.timezone)
        return shown.page(request, "rule.html", detail=detail, rule=detail.rule, days=days.labels)

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


def draft(asked: Asked, desk: Desk) -> Rule:
    """Return the rule that is being written: all of a configured one, of which a `query` is changed, or a new one."""
    name, query, tag = asked.text("rule"), asked.text("query", 5_000), asked.text("tag")
    for rule in desk.settings.rules:
        if rule.name == name:
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
