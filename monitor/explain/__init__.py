"""Why did, or didn't, a rule tell of an entry? Every stage from the poll to the last attempt, in order. Pure.

EntryHistory -> stages of the entry (seen, identity, story) -> per rule: scope, query, full text, timing or story
-> per delivery: escalation, silence, quiet hours, digest or group, pace, the tries, the times
"""

from monitor.explain.entry import Explanation, explain_entry
from monitor.explain.rule import Fate, RuleExplanation
from monitor.explain.stage import Stage
from monitor.explain.story import because, outlets
from monitor.explain.wording import hides

__all__ = ["Explanation", "Fate", "RuleExplanation", "Stage", "because", "explain_entry", "hides", "outlets"]
