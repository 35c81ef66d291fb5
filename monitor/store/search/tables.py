"""The tables of the search, beside the index itself, which is not the same in both databases (`index`)."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from monitor.store.tables import MATCH, METADATA

_ID = BigInteger().with_variant(Integer(), "sqlite")

# Entries that are to be filed, anew or for the first time. They may be gone meanwhile.
UNFILED: Final = Table(
    "search_unfiled", METADATA, Column("entry_id", _ID, primary_key=True, autoincrement=False)
)

# Every word that was ever filed, as written, in small letters; numbered in the order in which they came.
WORD: Final = Table(
    "search_word",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("written", String, nullable=False, unique=True),
)

# The tokens of the words that have a stem in a language, but for the token that is the stem itself.
FORM: Final = Table(
    "search_form",
    METADATA,
    Column("language", String, primary_key=True),
    Column("stem", String, primary_key=True),
    Column("token", String, primary_key=True),
    sqlite_with_rowid=False,
)

# Up to which word, by its number, the stems of a language are told in FORM.
LANGUAGE: Final = Table(
    "search_language",
    METADATA,
    Column("language", String, primary_key=True),
    Column("known", _ID, nullable=False),
)

Index("ix_match_rule_entry_id", MATCH.c.rule, MATCH.c.entry_id)
