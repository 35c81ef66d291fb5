"""Entries are filed once, under what the analysis makes of them then, and are looked for under what it makes of a query now.

Where one of these examples comes out otherwise, a migration has to have all stored entries filed anew, and their words
stemmed (as 0012_search.py does); then the example may follow.
"""

import pytest

from monitor.match.filing import file_entry, stems_of
from monitor.model import Entry

FILED = {
    "Ukraine’s cease-fire: 1,000 P.O.W.s freed": "1000 cease ceasefire fire freed o p pows s ukraine w",
    "Štěpán’s café naïve ﬁancée ẞ İstanbul": "cafe fiancee istanbul naive ss stepan",
    "перемирие в Донбассе, ЁЛКА; Київ м'яч": "в донбассе елка київ м мяч перемирие яч",
    "停火 乌克兰 ウクライナ": "イ イナ ウ ウク ク クラ ナ ラ ライ 乌 乌克 停 停火 克 克兰 兰 兰ウ 火 火乌",
    "การหยุดยิง": "ก กา ง ด ดยิ ยิ ยิง ยุ ยุด ร รห ห หยุ า าร",
    "युद्धविराम हिन्दी": "युद्धविराम हिन्दी",
    "وقف إطلاق النار": "إطلاق النار وقف",
    "l'Ukraine qu’il aujourd'hui": "aujourd aujourdhui hui il l lukraine qu quil ukraine",
    "CVE-2024-3094 in xz 5.6.1 (x86_64)": "1 2024 3094 5 6 64 cve cve2024 in x86 xz",
    "U.S. AT&T e-mail #ceasefire @who": "at ceasefire e email mail s t u us who",
    "¾ cup, 5 kg": "3⁄4 5 cup kg",
}
STEMS = {
    ("ceasefires", "en"): [("ceasefir", "ceasefires")],
    ("städte", "de"): [("stadt", "stadte")],
    ("перемирия", "ru"): [("перемир", "перемирия")],
    ("chevaux", "fr"): [("cheval", "chevaux")],
    ("acuerdos", "es"): [("acuerd", "acuerdos")],
}


@pytest.mark.parametrize(("title", "tokens"), FILED.items())
def test_an_entry_is_filed_as_those_that_are_stored(title: str, tokens: str) -> None:
    assert " ".join(sorted(file_entry(Entry(title=title)).tokens)) == tokens


@pytest.mark.parametrize(("word", "stems"), STEMS.items())
def test_a_word_has_the_stems_that_are_stored(word: tuple[str, str], stems: list[tuple[str, str]]) -> None:
    assert list(stems_of(*word)) == stems
