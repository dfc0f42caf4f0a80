"""Which of the three languages somebody writes, from a few words and without a model."""

import re
from enum import Enum

from knowledge.text.cleaning import clean
from knowledge.text.folding import fold


class Language(str, Enum):  # noqa: UP042 - StrEnum does not exist in the Python of Rasa
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
#: "an", "may", "hay", "me", "no", "or", "in" are words of both and say nothing.
_ENGLISH = _words(
    """a i my you your we our they is are am was be been does did have has had will would could
    should what where when who how why which and for from with about of at this that there these
    please thanks thank hello hi hey good morning want need get help yes not don't it i'm any
    office paper papers document documents birth certificate license licence passport land house
    marriage register registration apply application fee cost much many long take child children
    report question status complaint bye okay ok english speak human agent cancel stop delete data
    address phone number open hours road street lights garbage noise water tax business permit
    residence card health insurance school nope yep sure wrong right problem broken answer"""
)
_VIETNAMESE_BARE = _words(
    """la va khong ko duoc dc lam giay ho dau cho toi tui minh em anh chi bao nhieu nao gi nhu
    bi cua nguoi xin hoi voi nay kia roi chua cam on chao ban oi da vang phai muon biet
    thu tuc dang ky khai sinh dat nha xe tien luc gio ngay thang nam phuong xa tinh huyen ap duong
    rac den dien nuoc cong an co quan bo ong ba con chau tra cuu ket qua nop mat lai cap doi moi
    cach sao vay ha ne nhe alo dung sai huy thoi dong y bac chu thay giup dum gium ni mo
    rang"""
)
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
    if _english_score(cleaned) > 0:
        return Language.EN
    return Language.VI


def _english_score(cleaned: str) -> float:
    """Positive for English: known words count full, the shape of a syllable counts half."""
    score = -1.0 if _BORROWED.search(cleaned) else 0.0
    for word in _LATIN_WORD.findall(fold(cleaned)):
        if word in _ENGLISH:
            score += 1
        elif word in _VIETNAMESE_BARE:
            score -= 1
        elif len(word) > 1:
            score += -0.3 if _SYLLABLE.fullmatch(word) else 0.5
    return score
