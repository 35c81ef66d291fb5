"""Why did, or didn't, a rule tell of an entry? Every stage from the poll to the last attempt, in order. Pure.

EntryHistory -> stages of the entry (seen, identity) -> per rule: scope, query, full text, timing, delivery
"""

from monitor.explain.entry import Explanation, explain_entry
from monitor.explain.rule import Fate, RuleExplanation, Stage

__all__ = ["Explanation", "Fate", "RuleExplanation", "Stage", "explain_entry"]
