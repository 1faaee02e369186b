"""What people say to be kind, which is nothing to do: thanks, a greeting, a yes."""

from __future__ import annotations

import re
from enum import StrEnum


class Talk(StrEnum):
    """What is said; of several, the first here counts: `ok thanks` is thanks."""

    THANKS = "thanks"
    LEAVING = "leaving"
    GREETING = "greeting"
    LOST = "lost"
    ANSWER = "answer"
    FINE = "fine"


LONGEST = 60
"""Characters of what is said to be kind; more is perhaps something to do."""
_PHRASES = {
    Talk.THANKS: "thanks|thank you|thank u|thankyou|thx|tnx|ty|cheers|much appreciated|danke|"
    "danke dir|danke schön|dankeschön|vielen dank|besten dank|merci|gracias",
    Talk.LEAVING: "bye|bye bye|goodbye|good night|see you|see ya|see you later|cu|tschüss|"
    "tschüß|tschau|ciao|gute nacht|bis dann|bis bald|bis später|auf wiedersehen",
    Talk.GREETING: "hi|hello|hey|hey there|hi there|hello there|yo|good morning|good afternoon|"
    "good evening|how are you|how are you doing|what's up|hallo|hi du|moin|servus|grüß dich|"
    "grüß gott|guten morgen|guten tag|guten abend|wie geht's|wie geht es dir",
    Talk.LOST: "what can you do|what do you do|who are you|what are you|how does this work|"
    "how do you work|was kannst du|was machst du|wer bist du|wie geht das|hilfe",
    Talk.ANSWER: "yes|yep|yeah|yup|sure|no|nope|no thanks|no thank you|ja|jo|jep|nein|nö|"
    "nein danke|ja bitte|yes please",
    Talk.FINE: "ok|okay|okey|okidoki|k|kk|oki|alright|all right|got it|i see|understood|good|"
    "great|cool|nice|nice one|perfect|super|awesome|wow|wonderful|excellent|amazing|lovely|"
    "good bot|good job|well done|sounds good|haha|lol|alles klar|verstanden|gut|sehr gut|"
    "toll|prima|klasse|perfekt|passt|genau|schön|sorry|my bad|never mind|nevermind|egal|"
    "macht nichts|entschuldigung",
}
_MORE = "so much|very much|a lot|a million|again|for that|for your help|sehr|dir|euch|bot|fluxbot"
"""What stands beside it, and says nothing alone."""
_FACES = "👍👌🙏🙂😊😀😄😁😉😍😂🤣🎉👏💪🙌🫶💯❤✅✌👋"
_PLAIN = re.compile(rf"[\s.,!…:;()\-*{_FACES}\ufe0f\u200d\U0001f3fb-\U0001f3ff]+")
"""What stands between the words and behind them: stops, a smile, a thumb of any colour."""


def _words(phrases: str) -> str:
    """The phrases as an expression, the longest of those that begin alike first."""
    each = phrases.casefold().split("|")
    return "|".join(sorted(map(re.escape, each), key=len, reverse=True))


_EACH = [(talk, re.compile(rf"\b(?:{_words(said)})\b")) for talk, said in _PHRASES.items()]
_ALL = _words("|".join([*_PHRASES.values(), _MORE]))
_WHOLE = re.compile(rf"(?:{_ALL})(?: (?:{_ALL}))*")


def small_talk(text: str) -> Talk | None:
    """What is said, where all of it is small talk; None for whatever may be a task."""
    said = text.strip().casefold()
    if not said or len(said) > LONGEST or "\n" in said:
        return None
    if not set(said) - {"?", " "}:
        return Talk.LOST
    said = _PLAIN.sub(" ", said.replace("’", "'").rstrip("?")).strip()  # noqa: RUF001  # phones
    if not said:
        return Talk.FINE
    if not _WHOLE.fullmatch(said):
        return None
    return next((talk for talk, words in _EACH if words.search(said)), None)
