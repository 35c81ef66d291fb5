"""Does a rule hold for an entry, and what matched where?

text  -> analysis (folded tokens with spans) -> keys (what they are filed under) -> lexicon -> text
query -> lexer -> parser -> nodes -> compile (pattern, finders, near) -> clauses (true, false, open)
                            nodes -> printer -> query
rules -> anchors (the rarest words of each) -> posts -> index -> matcher; explain
"""

from monitor.match.explain import failing
from monitor.match.matcher import Matcher, RuleFault, Verdicts, compile_rules
from monitor.match.nodes import And, Exact, In, Near, Node, Not, Or, Phrase, Prefix, Regex, Word
from monitor.match.parser import parse_query
from monitor.match.printer import print_query
from monitor.match.reading import field_text

__all__ = [
    "And",
    "Exact",
    "In",
    "Matcher",
    "Near",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Prefix",
    "Regex",
    "RuleFault",
    "Verdicts",
    "Word",
    "compile_rules",
    "failing",
    "field_text",
    "parse_query",
    "print_query",
]
