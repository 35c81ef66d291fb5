"""Does a rule hold for an entry, and what matched where?

text  -> analysis (folded tokens with spans) -> keys (what they are filed under) -> lexicon -> text
query -> lexer (terms) -> parser (groups, checks) -> nodes -> compile (pattern, finders, near) -> clauses (true, false, open)
                                                     nodes -> printer -> query
                                                     nodes -> lint
terms -> apart (the two words that one may be written as) -> vocabulary (what of all terms is in a text) -> reading
rules -> anchors (the rarest words of each) -> listing -> undecided (those that a page decides) -> index -> matcher; explain
entry -> filing (the words it is filed under in a database); rule -> presearch (those that it must be filed under)
"""

from monitor.match.explain import failing
from monitor.match.lint import Advice, lint
from monitor.match.matcher import Matcher, RuleFault, Verdicts, compile_rules
from monitor.match.nodes import And, Exact, In, Near, Node, Not, Or, Phrase, Prefix, Regex, Word
from monitor.match.origin import origin_of, origin_of_feed, origin_of_stored
from monitor.match.parser import parse_query
from monitor.match.printer import print_query
from monitor.match.reading import field_text
from monitor.match.scope import watches, watches_all
from monitor.match.stems import LANGUAGES
from monitor.match.trial import FailedTest, run_tests

__all__ = [
    "LANGUAGES",
    "Advice",
    "And",
    "Exact",
    "FailedTest",
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
    "lint",
    "origin_of",
    "origin_of_feed",
    "origin_of_stored",
    "parse_query",
    "print_query",
    "run_tests",
    "watches",
    "watches_all",
]
