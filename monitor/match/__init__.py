"""Does a rule hold for an entry, and what matched where?

text  -> analysis (folded tokens with spans)   -> text (forms and their places)
query -> lexer -> parser -> nodes -> pattern   -> matcher
"""

from monitor.match.matcher import Matcher, Verdicts, compile_rules
from monitor.match.nodes import And, Node, Not, Or, Phrase, Word
from monitor.match.parser import parse_query

__all__ = [
    "And",
    "Matcher",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Verdicts",
    "Word",
    "compile_rules",
    "parse_query",
]
