"""What merges and what never does: pairs of headlines in the manner of the news."""

import pytest

from monitor.story import Ground, Guard
from tests.unit.story.headlines import compared

SAME = [
    # other words
    ("Gunman kills three at Oslo shopping centre", "Three dead in shooting at Oslo shopping centre"),
    ("Strong quake hits northern Chile, no tsunami warning", "Strong earthquake strikes northern Chile; no tsunami warning"),
    ("Prime Minister Lindqvist resigns over tax affair", "PM Lindqvist quits over tax affair"),
    ("Ferry with 120 aboard sinks off Greek island of Paros", "Ferry carrying 120 sinks off Paros, Greece"),
    ("Two hurt in explosion at Antwerp refinery", "Antwerp refinery blast injures 2"),
    # spelling
    ("Eurozone ministers agree bail-out for Andoria", "Eurozone ministers agree bailout for Andoria"),
    ("U.S. Senate passes farm bill", "US senate passes farm bill"),
    ("Toyota to recall 1,200,000 cars over airbags", "Toyota to recall 1.200.000 cars over airbags"),
    ("S. Korea's Han wins archery gold in Paris", "South Korea's Han wins archery gold in Paris"),
    ("KOSMOS ROCKET EXPLODES ON LAUNCH PAD", "Kosmos rocket explodes on launch pad"),
    # what stands around it
    ("Orkla to buy Finnish baker Vaasan - Reuters", "UPDATE 2-Orkla to buy Finnish baker Vaasan"),
    ("BREAKING: Dam fails above Swiss village of Blatten", "Dam fails above Swiss village of Blatten | The Courier"),
    ("Watch: Whale freed from nets off Tasmania", "EXCLUSIVE: Whale freed from nets off Tasmania"),
    ("Storm Ilse kills nine in Portugal: officials", "Storm Ilse kills 9 in Portugal"),
    # one says more
    ("Fire in Lyon nightclub kills 12", "Fire in Lyon nightclub kills 12, injures 30"),
    ("Pilots' union at Finnair to strike on Friday", "Pilots' union at Finnair to strike"),
    # other languages
    ("Erdbeben in Kroatien: Sieben Tote und 20 Verletzte", "Sieben Tote bei Erdbeben in Kroatien, 20 Menschen verletzt"),
    ("Deux morts dans un incendie à Marseille", "Incendie à Marseille : deux personnes tuées"),
    ("El Gobierno aprueba la subida del salario mínimo", "El Gobierno aprueba subir el salario mínimo"),
    ("Премьер Словакии Новак подал в отставку", "Словацкий премьер Новак объявил об отставке"),
    ("П'ятеро людей загинули внаслідок обстрілу Харкова", "Обстріл Харкова: загинули 5 людей"),
    ("東京で震度5の地震、新幹線が停止", "東京で震度5の地震 新幹線が一時停止"),
]  # fmt: skip

APART = [
    (Guard.FIGURES, "Seven killed in attack on Borno village", "27 killed in attack on Borno village"),
    (Guard.FIGURES, "6.1 magnitude quake strikes off Luzon", "5.4 magnitude quake strikes off Luzon"),
    (Guard.FIGURES, "Wigan beat Barnsley 2-0 in League One derby", "Wigan beat Barnsley 3-1 in League One derby"),
    (Guard.DATES, "Tube strike planned for Monday goes ahead", "Tube strike planned for Thursday goes ahead"),
    (Guard.DATES, "Inflation rate for October: economists see rise", "Inflation rate for November: economists see rise"),
    (Guard.PLACES, "Foreign minister of Norway visits Beijing for talks", "Foreign minister of Denmark visits Beijing for talks"),
    (Guard.PLACES, "Prison riot in Brazil leaves dozens injured", "Prison riot in Ecuador leaves dozens injured"),
    (Guard.NAMES, "Police fire tear gas at protesters in Tunis", "Police fire tear gas at protesters in Nairobi"),
    (Guard.STATES, "Helsinki shares close higher on bank earnings", "Helsinki shares close lower on bank earnings"),
    (Guard.STATES, "Former mayor Duval charged in bribery case", "Former mayor Duval acquitted in bribery case"),
    (Guard.STATES, "Singer Mara Quist taken to hospital in Rome", "Singer Mara Quist discharged from hospital in Rome"),
    (Guard.STATES, "Parliament approves nuclear waste bill", "Parliament rejects nuclear waste bill"),
    (Guard.STATES, "Wildfire burns north of Valencia city", "Wildfire burns south of Valencia city"),
    (Guard.NEGATION, "Minister Okafor will stand for re-election", "Minister Okafor will not stand for re-election"),
    (Guard.DEATH, "Climber Ana Reyes in avalanche on Mont Blanc", "Climber Ana Reyes dies in avalanche on Mont Blanc"),
    (Guard.REACTION, "Missile test by Pyongyang near Japan", "Tokyo condemns missile test by Pyongyang near Japan"),
    (Guard.QUESTION, "Central bank cuts key interest rate", "Why did the central bank cut key interest rate?"),
    (Guard.FORMAT, "Election in Moldova: polls close in Chisinau", "Election in Moldova: polls close in Chisinau – live updates"),
    (Guard.FORMAT, "Flood in Passau: what we know so far", "Flood in Passau: what we know so far today"),
    (Guard.FORMAT, "Opinion: Budget deal of the coalition leaves cities poor", "Budget deal of the coalition leaves cities poor"),
    (Guard.FIGURES, "Erdbeben in Kroatien fordert sieben Tote", "Erdbeben in Kroatien fordert acht Tote"),
    (Guard.STATES, "El Gobierno aprueba la subida del salario mínimo", "El Gobierno rechaza la subida del salario mínimo"),
    (Guard.NEGATION, "Le ministre Morel quitte le gouvernement", "Le ministre Morel ne quitte pas le gouvernement"),
    (Guard.STATES, "Суд арестовал экс-мэра Владивостока", "Суд освободил экс-мэра Владивостока"),
    (Guard.FIGURES, "Обстріл Харкова: загинули троє людей", "Обстріл Харкова: загинули п'ятеро людей"),
]  # fmt: skip

TOO_LITTLE_ALIKE = [
    ("Train derails near Ghent, ten hurt", "Tram strike in Ghent enters tenth day"),
    ("Romero wins Florida Republican primary", "Romero wins Maryland Republican primary"),
    ("Bills: each draft selection reviewed", "Bengals: each draft selection reviewed"),
    ("Actor Lena Brandt joins cast of spy drama", "Actor Omar Haddad joins cast of spy drama"),
    ("Lindqvist widens lead in poll", "Storm Ilse kills nine in Portugal"),
    ("Fire in Lyon", "Fire in Lyon nightclub kills 12"),
    ("Bürgermeister von Halle tritt zurück", "Bürgermeister von Jena tritt bei Wahl an"),
    ("東京で震度5の地震、新幹線が停止", "大阪で大雨、鉄道が運休"),
]


@pytest.mark.parametrize(("first", "then"), SAME)
def test_one_event_in_other_words_is_one_story(first: str, then: str) -> None:
    decision = compared(first, then)

    assert decision.nearest is not None
    assert (decision.story, decision.nearest.ground) == (1, Ground.TITLE), decision.nearest


@pytest.mark.parametrize(("guard", "first", "then"), APART)
def test_a_guard_keeps_two_stories_apart_and_says_why(guard: Guard, first: str, then: str) -> None:
    decision = compared(first, then)

    assert decision.story is None
    assert [objection.guard for stopped in decision.stopped for objection in stopped.objections] == [guard]


@pytest.mark.parametrize(("first", "then"), TOO_LITTLE_ALIKE)
def test_headlines_that_share_a_frame_are_two_stories(first: str, then: str) -> None:
    assert compared(first, then).story is None


@pytest.mark.parametrize(("first", "then"), [*SAME, *(pair for _, *pair in APART), *TOO_LITTLE_ALIKE])
def test_it_makes_no_difference_which_headline_came_first(first: str, then: str) -> None:
    forth, back = compared(first, then), compared(then, first)

    assert forth.story == back.story
    assert forth.nearest is not None
    assert back.nearest is not None
    assert forth.nearest.title == back.nearest.title


def test_the_objection_names_what_differs() -> None:
    [stopped] = compared(
        "Seven killed in attack on Borno village", "27 killed in attack on Borno village"
    ).stopped

    assert [objection.detail for objection in stopped.objections] == ["numbers differ: 27 / 7"]
