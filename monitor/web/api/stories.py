"""Stories."""

from collections.abc import Sequence

from starlette.exceptions import HTTPException

from monitor.app.desk import Desk
from monitor.app.stories import ListedStory, ShownStory, listed, shown
from monitor.web.api.operation import BEFORE, LIMIT, SINCE, Listed, Operation, how_many, path_number
from monitor.web.asked import Asked
from monitor.web.asking import paged


def operations(desk: Desk) -> Sequence[Operation]:
    """Return what can be asked of stories."""

    def stories(asked: Asked) -> Listed[ListedStory]:
        since, before, limit = asked.moment("since", desk.now()), asked.number("before"), how_many(asked)
        asked.check()
        found, more = paged(desk.reader.stories(since, limit + 1, before), limit)
        return Listed(tuple(map(listed, found)), more)

    def story(asked: Asked) -> ShownStory:
        number = asked.number("id")
        asked.check()
        found = desk.reader.story(number or 0)
        if found is None:
            raise HTTPException(404, f"There is no story {number}, and no entry of that number is of one.")
        return shown(found)

    return [
        Operation(
            path="/stories",
            name="listStories",
            summary="The stories, those that began last first.",
            tag="stories",
            run=stories,
            answer=Listed[ListedStory],
            parameters=(SINCE, BEFORE, LIMIT),
        ),
        Operation(
            path="/stories/{id}",
            name="showStory",
            summary="One story with its entries, and why each belongs to it.",
            tag="stories",
            run=story,
            answer=ShownStory,
            parameters=(path_number("id", "Its number, or that of one of its entries."),),
            failures=((404, "There is no such story."),),
        ),
    ]
