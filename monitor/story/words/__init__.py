"""The languages whose words are known; in others headlines are compared by what is written alike."""

from collections.abc import Collection, Mapping

from monitor.story.words.english import ENGLISH
from monitor.story.words.lexicon import NOTHING, Lexicon, phrases

LEXICONS: Mapping[str, Lexicon] = {"en": ENGLISH}

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


def lexicon_of(language: str, terms: Collection[str]) -> Lexicon:
    """Return the words of `language` ("de-AT"); "" is the one that most function words among `terms` are of.

    For a language that isn't known nothing is.
    """
    if language:
        return LEXICONS.get(language.lower().partition("-")[0], UNKNOWN)
    return max(LEXICONS.values(), key=lambda one: sum(term in one.function for term in terms))
