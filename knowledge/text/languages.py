"""Which of the three languages somebody writes, from a few words and without a model."""

import re
from enum import Enum

from knowledge.text.cleaning import clean
from knowledge.text.folding import fold


class Language(str, Enum):
    VI = "vi"
    EN = "en"
    KM = "km"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_KHMER = re.compile("[\u1780-\u17dd]")
_LATIN_WORD = re.compile(r"[a-z']+")
#: Letters no other language of our citizens has. Plain é or à may be a borrowed word.
_VIETNAMESE = re.compile("[ăâđêôơưắằẳẵặấầẩẫậếềểễệốồổỗộớờởỡợứừửữựạảẹẻẽịỉĩọỏụủũỵỷỹ]")
_BORROWED = re.compile("[àáãèéìíòóõùúý]")

#: Common words that cannot be read as the other language. "to", "so", "can", "the" (thẻ), "do",
#: "my" (Mỹ), "it" (ít), "long", "no" and the like are words of both and say nothing.
_ENGLISH = _words(
    """i you your we our they is are was been does did have has had will would could should
    what where when who how why which and for from with about of at this that there these
    please thank goodbye good morning want need get help yes don't i'm any office paper papers
    document documents birth certificate license licence passport land house marriage register
    registration apply application fee cost much many take child children report question
    status complaint english speak human agent cancel stop delete data address phone number
    open hours road street lights garbage noise water tax business permit residence card
    health insurance school nope yep yeah sure wrong right problem broken answer show tell
    something nobody everyone options correct switch language later talk sell buy people she
    his her if but only hear see very bitcoin weather transfer motorbike motorcycle owner lost
    stolen renew renewal expired driving pension allowance insurance not let ask send read write
    forget never nothing again back before after because today tomorrow yesterday here maybe
    absolutely exactly definitely certainly confirmed true false incorrect negative really skip
    quit exit abort unsubscribe undo start beginning through person charge officer authority
    authorities official government people's commune ward province district draft opinion
    rating rate star stars solve check track dossier file submit submitted received pick result
    hotel room book find friend girlfriend news reminders notifications howdy farewell cheers
    appreciate appreciated grateful night evening afternoon everybody somebody excuse greetings
    dear madam testing closing leaving page buttons explain agreed precisely fine proceed other
    one means heartfelt perfect nice awesome gotta
    into since some until without that's let's now next anyone during whom says stay time also more
    most"""
)
#: Vietnamese greet and thank with these too.
_BORROWED_WORDS = _words("hello hi hey ok okay oke bye thanks tks shop ad admin bot")
_VIETNAMESE_BARE = _words(
    """la va khong ko duoc dc lam giay ho dau cho toi tui minh em anh chi bao nhieu nao gi nhu
    bi cua nguoi xin hoi voi nay kia roi chua cam on chao ban oi da vang phai muon biet
    thu tuc dang ky khai sinh dat nha xe tien luc gio ngay thang nam phuong xa tinh huyen ap duong
    rac den dien nuoc cong an co quan bo ong ba con chau tra cuu ket qua nop mat lai cap doi moi
    cach sao vay ha ne nhe alo dung sai huy thoi dong y bac chu thay giup dum gium ni mo
    rang gia han"""
)
#: Two words that cannot be Vietnamese are English even without a known one.
_WITHOUT_KNOWN_WORDS = 1.0
_LONG_WORD = 4
_VOWEL = re.compile("[aeiou]")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?"
    r"(?:uye|uya|uyu|oai|oao|oay|oeo|uay|uoi|uou|ieu|yeu|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo|"
    r"ua|ue|ui|uo|uu|uy|ye|ya|[aeiouy])(?:ng|nh|ch|[cmnpt])?"
)


def language(text: str) -> Language:
    """Guess; Vietnamese when nothing speaks for another language."""
    cleaned = clean(text).lower()
    khmer = len(_KHMER.findall(cleaned))
    others = sum(char.isalpha() for char in cleaned if not _KHMER.match(char))
    # Khmer sentences often hold a Vietnamese name in Latin letters.
    if khmer and khmer * 2 >= others:
        return Language.KM
    if _VIETNAMESE.search(cleaned):
        return Language.VI
    return Language.EN if _is_english(cleaned) else Language.VI


def find_language(text: str) -> Language | None:
    """The language that a known word or a letter shows; None for names, codes and noise."""
    guess = language(text)
    cleaned = clean(text).lower()
    if guess is Language.KM or _VIETNAMESE.search(cleaned):
        return guess
    known = _ENGLISH if guess is Language.EN else _VIETNAMESE_BARE
    words = _LATIN_WORD.findall(fold(cleaned))
    return guess if any(word in known for word in words) else None


def _is_english(cleaned: str) -> bool:
    """Weigh known words fully, and the shape of unknown ones: is it a Vietnamese syllable?"""
    score = -1.0 if _BORROWED.search(cleaned) else 0.0
    known = 0
    for word in _LATIN_WORD.findall(fold(cleaned)):
        if word in _ENGLISH:
            known += 1
        elif word in _VIETNAMESE_BARE:
            score -= 1
        elif word not in _BORROWED_WORDS:
            score += _shape(word)
    return score + known > 0 if known else score >= _WITHOUT_KNOWN_WORDS


def is_syllable(bare: str) -> bool:
    """Whether a word without diacritics can be a Vietnamese one."""
    return _SYLLABLE.fullmatch(bare) is not None


def _shape(word: str) -> float:
    if is_syllable(word):
        return -0.3
    # Letters of codes and keyboard noise have no Vietnamese shape either.
    return 0.6 if len(word) >= _LONG_WORD and _VOWEL.search(word) else 0.0
