"""Same story as which earlier entry? Pure.

    outline (what is compared of an entry) | StoryIndex.candidates (the likeliest in the window) | decide

A story is known by its first entry; every other one is compared with that one only, so that it can't wander
from event to event. Doubt makes a story of its own: a second message annoys, a wrong merge hides news.
"""

from monitor.story.decision import WINDOW, Decision, Ground, Likeness, decide
from monitor.story.guards import Guard, Objection
from monitor.story.index import StoryIndex
from monitor.story.movement import Move, moved_on
from monitor.story.outline import Outline, outline

__all__ = [
    "WINDOW",
    "Decision",
    "Ground",
    "Guard",
    "Likeness",
    "Move",
    "Objection",
    "Outline",
    "StoryIndex",
    "decide",
    "moved_on",
    "outline",
]
