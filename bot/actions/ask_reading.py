"""What the words of a citizen give to a text for an agency: content, kind, place, for whom."""

from bot.actions.attachments import place_of
from bot.asking import places_in
from bot.context import Turn
from bot.lexicon import Lexicon
from bot.map_links import find_point, point_text
from casework.cases import CaseKind, OnBehalf
from delivery.messages import AttachmentKind

#: A message with so many words says what it is about by itself.
CONTENT_WORDS = 5
#: A report needs fewer: "đường hư quá".
REPORT_WORDS = 3
#: Characters of a Khmer word, on average.
_KHMER_WORD = 5
#: And so many of them besides the wish to ask and the name of an agency.
_SUBJECT_WORDS = 3
#: A question at the place of a place has at least so many words.
_QUESTION_WORDS = 6
#: One that has the words of a question may be shorter.
_ASKING_WORDS = 3
#: An answer that there is no place is short.
_MOST_NO_PLACE_WORDS = 5


def content_in(turn: Turn, *, least: int = CONTENT_WORDS) -> str:
    """The message when it says what it is about; "I want to ask the department" does not."""
    if _count_words(turn.text) < least:
        return ""
    rest = f" {turn.lexicon.without('wish_words', turn.text)} "
    for name, _ in turn.knowledge.agency_names:
        rest = rest.replace(f" {name} ", " ")
    return turn.text if _count_words(rest) >= _SUBJECT_WORDS else ""


def _count_words(text: str) -> int:
    """Khmer writes no spaces between words."""
    khmer = sum("\u1780" <= char <= "\u17ff" for char in text)
    return max(len(text.split()), khmer // _KHMER_WORD)


def kind_named(word: str) -> CaseKind:
    try:
        return CaseKind(word)
    except ValueError:
        return CaseKind.QUESTION


def kind_by_words(turn: Turn, otherwise: CaseKind, text: str = "") -> CaseKind:
    """Proposals and feedback on officials, where the words are plain."""
    said = text or turn.text
    for kind in (CaseKind.ADMIN_FEEDBACK, CaseKind.PROPOSAL):
        if turn.lexicon.has(f"{kind}_marks", said):
            return kind
    return otherwise


def location_in(turn: Turn) -> str:
    """A place that was sent: coordinates, else, without any words, the link to it."""
    if located := place_of(turn):
        return located
    if point := find_point(turn.text):
        return point_text(point)
    shared = (AttachmentKind.LOCATION, AttachmentKind.LINK)
    links = (item.url for item in turn.row.event.attachments if item.kind in shared)
    return "" if turn.text.strip() else next(links, "")


def names_no_place(turn: Turn) -> bool:
    short = len(turn.text.split()) <= _MOST_NO_PLACE_WORDS
    return short and turn.lexicon.has("no_place_marks", turn.text)


def says_no_photo(turn: Turn) -> bool:
    """There is none, with or without thanks."""
    rest = turn.lexicon.without("thank_words", turn.text)
    answers = ((name, said) for name in ("no_photo", "deny") for said in (turn.text, rest))
    return any(turn.lexicon.is_one(name, said) for name, said in answers)


def asks_on(turn: Turn) -> bool:
    """A question where a place was asked for is none."""
    if asks_plainly(turn):
        return True
    if len(turn.text.split()) < _QUESTION_WORDS:
        return False
    asks = "?" in turn.text or turn.lexicon.has("question_marks", turn.text)
    return asks or turn.lexicon.ends("question_ends", turn.text)


def asks_plainly(turn: Turn) -> bool:
    """When, where, how much: also in a few words, where "được không" can end an answer."""
    enough = _count_words(turn.text) >= _ASKING_WORDS
    return enough and turn.lexicon.has("question_phrases", turn.text)


def names_place(turn: Turn) -> bool:
    """Whether a unit stands in the words, or the model read a place in them."""
    return bool(turn.entity("place") or places_in(turn.text))


def is_only_whom(turn: Turn) -> bool:
    """Nothing but words for persons: an answer to "for whom", no place."""
    rest = turn.text
    for found in (OnBehalf.RELATIVE, OnBehalf.SELF):
        rest = turn.lexicon.without(f"behalf_{found}_marks", rest)
    return bool(turn.text.strip()) and not rest


def whom(lexicon: Lexicon, text: str) -> OnBehalf | None:
    """For whom somebody asks, in the citizen's own words; words for the whole text go first."""
    order = (OnBehalf.BUSINESS, OnBehalf.RELATIVE, OnBehalf.SELF)
    for found in order:
        if lexicon.is_one(f"behalf_{found}_marks", text):
            return found
    if lexicon.has_exactly("behalf_relative_exact", text):
        return OnBehalf.RELATIVE
    return next((found for found in order if lexicon.has(f"behalf_{found}_marks", text)), None)
