"""The query language by example: brackets mark what a query finds; a text without brackets isn't found.

A bar stands between title and summary.
"""

import re

import pytest

from monitor.match import compile_rules
from monitor.model import Entry, Origin, Rule

EXAMPLES = [
    # words side by side: all of them, in any order, in title and summary together
    ("Ukraine ceasefire", "[Ukraine] and Russia agree to talks on a [ceasefire]"),
    ("Ukraine ceasefire", "Putin, Trump talk truce: no [cease-fire] in [Ukraine]’s east"),
    ("Ukraine ceasefire", "[Cease fire]: l'[Ukraine] accepte"),
    ("Ukraine ceasefire", "[Ceasefire] at last | What it means for [Ukraine]"),
    ("Ukraine ceasefire", "Ukrainian team ceases firefight"),
    ("Ukraine ceasefire", "ceasefire in Gaza"),
    ("Ukraine AND ceasefire", "[UKRAINE]: [CEASEFIRE]!"),
    ("talks", "[Talks] about [talks] | More [talks]"),
    # whole words, any case
    ("ai", "Chip maker opens training centre"),
    ("ai", "[AI] opens doors; e-[ai]-o"),
    ("war", "Warsaw warns of forward motion"),
    ("and", "Peace [and] quiet"),
    ("or", "Now [or] never"),
    ("Ukraine and Russia", "[Ukraine] [and] [Russia]"),
    ("Ukraine and Russia", "Ukraine, Russia"),
    # OR, NOT, minus, parentheses
    ("truce OR ceasefire", "A [truce] is near"),
    ("truce OR ceasefire", "Talks fail"),
    ("truce OR ceasefire talks", "[Talks] on a [ceasefire]"),
    ("truce OR ceasefire talks", "A [truce], no more; talks ended"),
    ("(truce OR ceasefire) talks", "[Truce] [talks] begin"),
    ("(truce OR ceasefire) talks", "A truce"),
    ("(truce Gaza) OR talks", "Truce [talks]"),
    ("ceasefire NOT Gaza", "[Ceasefire] in Kyiv"),
    ("ceasefire NOT Gaza", "Ceasefire in Gaza"),
    ("ceasefire -Gaza", "Ceasefire | Gaza waits"),
    ("ceasefire –Gaza", "Ceasefire in Gaza"),
    ('ceasefire -"Gaza Strip"', "[Ceasefire] in Gaza City"),
    ('ceasefire -"Gaza Strip"', "Ceasefire in the Gaza Strip"),
    ("ceasefire -(Gaza OR Lebanon)", "Ceasefire in Lebanon"),
    ("ceasefire AND NOT Gaza", "Ceasefire in Gaza"),
    ("Ukraine -Gaza ceasefire", "[Ukraine]: [ceasefire]"),
    ("NOT NOT truce", "[Truce]"),
    ("NOT (NOT truce OR Gaza)", "[Truce] in Kyiv"),
    ("NOT (NOT truce OR Gaza)", "Truce in Gaza"),
    # phrases
    ('"peace talks"', "[Peace talks] resume"),
    ('"peace talks"', "[Peace: talks] resume"),
    ('"peace talks"', "Talks of peace"),
    ('"peace talks"', "Peace and talks"),
    ('"peace talks"', "In peace | talks resume"),
    ("“peace talks”", "The [peace—talks]"),
    ('"Ukraine\'s east"', "In [Ukraine’s east]"),
    ('"Putin, Trump talk"', "[Putin Trump talk] truce"),
    ('"cease-fire deal"', "A [ceasefire deal], a [cease fire deal]"),
    ('"ceasefire deal"', "A [cease-fire deal]"),
    ('"AND OR NOT"', "Gates called [and or not]"),
    # compounds written together, with a hyphen or apart
    ("ceasefire", "[cease-fire], [cease‑fire], [cease–fire], [cease fire], [Ceasefire], [cease\u00adfire]"),
    ("cease-fire", "[cease-fire], [cease fire], [Ceasefire]"),
    ("cease fire", "[Ceasefire]"),
    ("cease fire", "[cease]-[fire]"),
    ("cease fire", "Will they [cease]? [Fire] crews hope"),
    ("ceasefire", "They cease. Fire crews arrive"),
    ("airstrike", "An [air strike], an [air-strike]"),
    ("email", "An [e-mail]"),
    ("stateoftheart", "A [state-of-the-art] plant"),
    ("Iran", "I ran, I—ran, I, ran"),
    ("therapist", "He is the rapist"),
    ("1012", "Aged 10-12"),
    # accents, ligatures, width, scripts
    ("Sao Paulo", "[São] [Paulo]"),
    ("Łódź", "Floods in [Lodz]"),
    ("strasse", "Die [Straße]"),
    ("Ærø", "Ferry to [Aero]"),
    ("NATO", "[ＮＡＴＯ] meets"),
    ("café", "[cafe\u0301]"),
    ("Αθήνα", "Στην [ΑΘΗΝΑ]"),
    ("ёлка", "Новая [елка]"),
    ("бой", "Идут бои"),
    ("ќе", "ке"),
    ("перемирие", "[Перемирие] на Украине"),
    # apostrophes
    ("L'Oréal", "[l’Oreal] and [LOREAL]"),
    ("O'Brien", "Mr [O’Brien]"),
    ("don't", "[Don’t] panic"),
    ("Don", "Don’t panic"),
    ("об'єкт", "Новий [обʼєкт]"),
    # scripts without spaces
    ("停火", "乌克兰[停火]协议"),
    ("停火", "停。火"),
    ("ガザ", "[ガザ]地区"),
    ("カサ", "ガザ地区"),
    ("หยุดยิง", "ข้อตกลง[หยุดยิง]ใหม่"),
    ("휴전", "우크라이나 [휴전]을 위한 회담"),
    ('"乌克兰 停火"', "[乌克兰停火]协议"),
    ("iPhone发布", "[iPhone 发布]会"),
    # names with signs, numbers, addresses
    ("C++", "Learn [C++] today, [C++]17 too, not C or C#"),
    ("C#", "[C#] and C"),
    ("C", "Plan [C]"),
    (".NET", "The [.NET] team left example.net and the net"),
    ("AT&T", "[AT&T] buys; AT T; at t"),
    ("9/11", "The [9/11] trial, 9-11 March, 9, 11"),
    ("covid-19", "[COVID-19], [covid 19], [Covid19]; covid. 19 people"),
    ("1000", "[1,000] or [1.000] or [1000], not 1000000"),
    ("1,000", "[1000]"),
    ("3.5", "Up [3.5] per cent, 35, 3 5"),
    ("$100", "Pay [$100], not 100"),
    ("US", "The [U.S]. said"),
    ("U.S.", "The [U.S]. told us"),
    ("https://bbc.co.uk/news", "See [https://bbc.co.uk/news] now"),
    ('"titre:x"', "[titre:x], titre x"),
    ("Ukraine,", "[Ukraine]"),
]


@pytest.mark.parametrize(("query", "marked"), EXAMPLES)
def test_a_query_finds_what_is_marked(query: str, marked: str) -> None:
    title, _, summary = re.sub(r"[\[\]]", "", marked).partition(" | ")
    matcher = compile_rules([Rule(name="rule", query=query, channels=("desk",))])

    matches = matcher.match(
        Entry(title=title, summary=summary), Origin(url="https://news.example/rss")
    ).matches

    found = {"title": title, "summary": summary}
    for hit in reversed(matches[0].hits if matches else ()):
        text = found[hit.field]
        found[hit.field] = f"{text[: hit.start]}[{text[hit.start : hit.end]}]{text[hit.end :]}"
    assert " | ".join(filter(None, found.values())) == marked
    assert bool(matches) == ("[" in marked)
