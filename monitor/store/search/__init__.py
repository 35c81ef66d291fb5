"""Stored entries by the words that they are filed under (ADR 0018).

entry -> tables.UNFILED (in the transaction that stores it) -> filing (a few at a time, when there is time) -> index
presearch -> words (the forms of its stems) -> index | tables.UNFILED -> candidates, each to be held against the rule
"""
