"""The languages whose words are known; in others headlines are compared by what is written alike."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from monitor.story.words.english import ENGLISH
from monitor.story.words.french import FRENCH
from monitor.story.words.german import GERMAN
from monitor.story.words.lexicon import NOTHING, Lexicon, phrases
from monitor.story.words.russian import RUSSIAN
from monitor.story.words.spanish import SPANISH
from monitor.story.words.ukrainian import UKRAINIAN

LEXICONS: Mapping[str, Lexicon] = {
    "en": ENGLISH,
    "de": GERMAN,
    "fr": FRENCH,
    "es": SPANISH,
    "ru": RUSSIAN,
    "uk": UKRAINIAN,
}

UNKNOWN = Lexicon(function=frozenset(), numbers={}, dates=NOTHING)

# What stands in front of a headline, or behind it, and says nothing of the event.
LEAD_INS = frozenset(
    phrases("""
        alert, breaking, breaking news, developing, exclusive, just in, live, live video, news alert, photos, update, updated, urgent
        video, watch, watch live, eilmeldung, exklusiv, liveticker, alerte info, direct, en direct, exclusif, info, urgent
        directo, en directo, en vivo, exclusiva, ultima hora, видео, молния, онлайн, срочно, фото, эксклюзив, відео, наживо
        терміново, ексклюзив, 速報, 快讯, 快訊, 速报
    """)
)  # fmt: skip


def lexicon_of(language: str, terms: Iterable[str]) -> Lexicon:
    """Return the words of `language` ("de-AT"); "" is the one that knows most of `terms`.

    Of a language that isn't there, nothing is known.
    """
    if language:
        return LEXICONS.get(language.lower().partition("-")[0], UNKNOWN)
    found = Counter(one for term in terms for one in _languages(term))
    return LEXICONS[max(LEXICONS, key=lambda one: found[one])]


@lru_cache(maxsize=16_384)
def _languages(term: str) -> tuple[str, ...]:
    return tuple(language for language, lexicon in LEXICONS.items() if lexicon.knows(term))
