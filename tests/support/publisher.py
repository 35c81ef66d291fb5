"""A publisher whose feed changes in all the ways that feeds change."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.support.clock import NOON
from tests.support.rss import Item, rss


@dataclass
class Publisher:
    """A feed of stories, each told apart by a number that is in its title, and what may happen to it.

    An edit comes by itself: two of a story's id, link and title with text never change at the same time, as
    otherwise nobody could tell.
    """

    stories: list[int] = field(default_factory=lambda: list(range(10)))
    hidden: list[int] = field(default_factory=list)
    edits: Counter[int] = field(default_factory=Counter)
    published: int = 10
    guids: int = 0
    site: str = "https://news.example"
    churns: bool = False
    today: datetime = NOON
    dates: dict[int, datetime] = field(default_factory=dict)

    def publish(self, count: int) -> None:
        self.dates |= dict.fromkeys(range(self.published, self.published + count), self.today)
        self.stories = [*range(self.published, self.published + count), *self.stories][:20]
        self.published += count

    def hide(self, place: int) -> None:
        if len(self.stories) > 4:
            self.hidden.append(self.stories.pop(place % len(self.stories)))

    def bring_back(self) -> None:
        self.stories += self.hidden
        self.hidden = []

    def edit(self, place: int) -> None:
        self.edits[self.stories[place % len(self.stories)]] += 1

    def issue_guids(self, issue: int) -> None:
        self.guids = issue

    def move(self, issue: int) -> None:
        self.site = f"https://site{issue}.example"

    def churn(self, churns: bool) -> None:
        self.churns = churns

    def document(self, poll: int) -> bytes:
        issue = poll if self.churns else self.guids
        return rss(*(self._item(number, issue) for number in self.stories))

    def _item(self, number: int, issue: int) -> Item:
        return Item(
            title=f"Truce {number}" + " (edited)" * self.edits[number],
            guid=f"{issue}-{number}",
            link=f"{self.site}/{number}",
            description=f"What the parties have agreed to in the truce of the number {number}",
            published=self.dates.get(number, NOON) + number * timedelta(minutes=1),
        )


def happen(publisher: Publisher, event: str, number: int, poll: int) -> bytes | None:
    """Let something happen; return what is served instead of the document."""
    if event == "cut":
        whole = publisher.document(poll)
        return whole[: len(whole) * number // 100]
    deeds: dict[str, Callable[[], None]] = {
        "publish": lambda: publisher.publish(number),
        "hide": lambda: publisher.hide(number),
        "bring back": publisher.bring_back,
        "edit": lambda: publisher.edit(number),
        "new guids": lambda: publisher.issue_guids(poll),
        "move": lambda: publisher.move(poll),
    }
    deeds.get(event, lambda: publisher.churn(event == "churn"))()
    return rss() if event == "empty" else None
