"""How headlines are read: what counts as one word, what is cut off, what is told apart."""

import pytest

from monitor.match.analysis import analyse
from monitor.match.fold import fold
from monitor.story.trim import core
from monitor.story.words import LEAD_INS, LEXICONS
from monitor.story.words.english import ENGLISH
from monitor.story.words.lexicon import Lexicon
from tests.unit.story.headlines import told


@pytest.mark.parametrize(
    ("title", "terms"),
    [
        ("U.S. and US and USA and American", ("us",)),
        ("Tell us more", ()),
        ("6.6 quake, 6.6 earthquake", ("6.6", "quake")),
        ("1,000 or 1.000", ("1000",)),
        ("$1.0bn", ("1", "billion")),
        ("Seven, 7th, seventh, 7", ("7",)),
        ("Re-election, reelection", ("reele",)),
        ("Ex-president, former president", ("former", "presi")),
        ("The UN-led talks of the UN", ("un", "led", "talks")),
        ("al-Qaeda, al Qaeda", ("qaeda",)),
        ("S. Korea, South Koreans", ("south", "korea")),
        ("Syria, Syrian, Syria's, Syrians’", ("syria",)),
        ("Élection à São Tomé", ("vote", "sao", "tome")),
        ("東京で地震", ("東京", "京で", "で地", "地震")),
        ("7人死亡", ("7", "人死", "死亡")),
    ],
)
def test_words_are_compared_in_one_form(title: str, terms: tuple[str, ...]) -> None:
    assert told(title).headline.terms == terms


@pytest.mark.parametrize(
    ("title", "core_of_it"),
    [
        ("Orkla buys Finnish baker Vaasan - Reuters", "Orkla buys Finnish baker Vaasan"),
        ("Orkla buys Finnish baker | The Wall Street Journal", "Orkla buys Finnish baker"),
        ("Orkla buys baker – video – The Courier", "Orkla buys baker"),
        ("Storm Ilse kills nine in Portugal: officials", "Storm Ilse kills nine in Portugal"),
        ("BREAKING: EXCLUSIVE - Orkla buys baker", "Orkla buys baker"),
        ("UPDATE 3-Orkla buys baker", "Orkla buys baker"),
        ("Watch live: Rocket lifts off", "Rocket lifts off"),
        ("СРОЧНО: Взрыв в Казани", "Взрыв в Казани"),
        # these are the news
        ("Orkla - Vaasan", "Orkla - Vaasan"),
        ("Ferry sinks off Paros - nine people are dead", "Ferry sinks off Paros - nine people are dead"),
        ("Flood in Passau: what now?", "Flood in Passau: what now?"),
        ("China quake: Death toll rises", "China quake: Death toll rises"),
        ("Live and let die", "Live and let die"),
        ("Wigan 2 - 0 Barnsley", "Wigan 2 - 0 Barnsley"),
    ],
)
def test_what_stands_around_a_headline_is_cut_off(title: str, core_of_it: str) -> None:
    start, end, _ = core(title, ENGLISH)

    assert title[start:end] == core_of_it


@pytest.mark.parametrize(
    ("title", "form"),
    [
        ("Election night – live", "live"),
        ("Opinion: We need trains", "opinion"),
        ("We need trains | Opinion", "opinion"),
        ("Election live blog", "live blog"),
        ("Erdbeben: Was wir wissen", "was wir wissen"),
        ("Séisme : ce que l'on sait", "ce que l on sait"),
        ("Directo: el minuto a minuto del sismo", "directo"),
        ("Взрыв в Казани: что известно к вечеру", "что известно"),
        ("Court hears review of Vodafone tax case", ""),
        ("Live animals found in lorry", ""),
    ],
)
def test_live_blogs_columns_and_round_ups_are_known_by_their_words(title: str, form: str) -> None:
    assert told(title).headline.format == form


def test_names_are_told_by_capital_letters_only_where_these_mean_something() -> None:
    assert told("Court frees mayor Duval in Lyon after appeal").headline.names == {"duval", "lyon"}
    assert told("Court Frees Mayor Duval In Lyon After Appeal").headline.names == frozenset()
    assert told("Gericht in Lyon gibt dem Bürgermeister Duval jetzt noch recht").headline.names == frozenset()


@pytest.mark.parametrize("lexicon", LEXICONS.values(), ids=LEXICONS)
def test_the_words_of_a_language_are_written_as_they_are_compared(lexicon: Lexicon) -> None:
    tables = (lexicon.dates, lexicon.nations, lexicon.same, lexicon.states, lexicon.aspects)
    words = [*lexicon.function, *lexicon.numbers, *lexicon.negations, *lexicon.sections]
    words += [word for table in tables for word in table.words()]

    assert [word for word in words if fold(word) != word] == []
    spoken = [" ".join(token.term for token in analyse(phrase).tokens) for phrase in lexicon.formats]
    assert spoken == list(lexicon.formats)


@pytest.mark.parametrize("lexicon", LEXICONS.values(), ids=LEXICONS)
def test_every_entry_of_a_table_can_be_found(lexicon: Lexicon) -> None:
    for table in (lexicon.dates, lexicon.nations, lexicon.same, lexicon.states, lexicon.aspects):
        assert [word for word in table.words() if "_" not in word and table.get(word) is None] == []


def test_words_that_only_begin_alike_mean_nothing_else() -> None:
    innocent = "Denver surgeon, climber, mullah, defendant, first responders, reactor, weightlifter, impossible stronghold"

    read = told(f"{innocent} in Salvador", language="en").headline

    assert (read.states, read.aspects, read.nations) == (frozenset(), frozenset(), frozenset())


def test_lead_ins_are_written_as_they_are_compared() -> None:
    assert [phrase for phrase in LEAD_INS if fold(phrase) != phrase] == []


def test_states_stand_on_an_axis_with_another() -> None:
    for lexicon in LEXICONS.values():
        axes = [state.partition("/")[0] for state in lexicon.states.meanings()]
        assert all(axes.count(axis) > 1 for axis in axes), axes
