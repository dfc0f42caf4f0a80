"""Which side of a procedure somebody asks about."""

import re
from collections.abc import Sequence
from enum import StrEnum

from knowledge.search.words import NOISE, contains
from knowledge.text import fold, spell, tokenise


class Aspect(StrEnum):
    PAPERS = "papers"
    #: What the citizen gets, not what it costs.
    AMOUNT = "amount"
    FEE = "fee"
    TIME = "time"
    PLACE = "place"
    ONLINE = "online"
    FORM = "form"


#: In this order: "nộp online ở đâu" is about the website, "mất bao lâu" is not about a fee.
_SIGNS: dict[Aspect, tuple[str, ...]] = {
    Aspect.FORM: (
        *("bieu mau", "mau don", "to khai", "mau so", "mau nao", "mau giay", "don mau"),
        *("xin mau", "tai mau", "tai don", "mau ct01", "form", "forms", "download", "ទម្រង់"),
    ),
    Aspect.ONLINE: (
        *("online", "onl", "truc tuyen", "qua mang", "tren mang", "qua app", "dich vu cong"),
        *("bang dien thoai", "tren dien thoai", "qua dien thoai", "o nha nop", "ngoi nha nop"),
        *("tren web", "qua zalo", "website", "internet", "អនឡាញ"),
    ),
    Aspect.TIME: (
        *("bao lau", "may ngay", "may bua", "bao nhieu ngay", "may tuan", "may thang", "khi nao"),
        *("bao gio", "chung nao", "thoi han", "thoi gian", "how long", "how many days", "when"),
        *("may hom", "bao nhieu bua", "bao nhieu hom", "mat may tieng", "may tieng dong ho"),
        *("nhanh nhat", "lau khong", "lau hong", "thoi gian bao lau", "bua nao co", "hom nao co"),
        *("ngay nao co", "ngay nao lay", "hen may", "cho may ngay", "nhanh khong", "lau ko"),
        "យូរ ប៉ុណ្ណា",
    ),
    Aspect.AMOUNT: (
        *("duoc bao nhieu", "lanh bao nhieu", "huong bao nhieu", "nhan bao nhieu", "muc huong"),
        *("duoc lanh", "duoc nhan bao nhieu", "duoc huong", "lanh duoc", "nhan duoc bao nhieu"),
        *("duoc nhieu tien", "duoc nhiu", "duoc nhieu", "tro cap moi thang", "lanh moi thang"),
        *("lanh may", "huong may", "nhan may", "duoc may tram", "duoc may trieu"),
        *("tro cap bao nhieu", "how much do i get", "how much will i get"),
        *("how much can i get", "do i get", "បាន លុយ ប៉ុន្មាន", "បាន ប៉ុន្មាន"),
    ),
    Aspect.FEE: (
        *("bao nhieu tien", "nhieu tien", "le phi", "phi bao nhieu", "ton nhieu", "ton bao nhieu"),
        *("ton phi", "mat phi", "dong phi", "nop phi", "phi nop", "phi la", "ton het", "ton bao"),
        *("ton tien", "het bao nhieu", "mat bao nhieu", "mat tien", "may tien", "gia bao nhieu"),
        *(
            "may tram",
            "may chuc",
            "bao nhieu dong",
            "het nhiu",
            "ton nhiu",
            "nhiu tien",
            "gia nhiu",
        ),
        *("ton kem", "dong nao", "thu phi", "thu tien", "muc phi", "muc thu", "phi khong"),
        *("co phi", "ton dong", "tra bao nhieu", "dong bao nhieu", "gia ca", "het may"),
        *("phi nhieu", "phai dong tien", "dong tien khong", "mat tien khong", "gia lam"),
        *("nop bao nhieu", "mien phi", "chi phi", "may dong", "het nhieu", "how much", "fee"),
        *("fees", "cost", "costs", "price", "តម្លៃ", "លុយ", "ថ្លៃ"),
    ),
    Aspect.PLACE: (
        *(
            "ra dau",
            "vo dau",
            "len dau",
            "qua dau",
            "gui dau",
            "cho mo",
            "toi cho nao",
            "phong nao",
        ),
        *("o dau", "cho nao", "noi nao", "di dau", "den dau", "toi dau", "dau vay", "co quan nao"),
        *("don dau", "o mo", "nop cho ai", "gui cho ai", "tim ai", "cap nao lam", "tru so nao"),
        *("xa hay", "phuong hay", "nop dau", "gap ai", "where", "which office", "នៅឯណា", "កន្លែង"),
    ),
    Aspect.PAPERS: (
        *("giay to", "giay gi", "ho so gom", "can gi", "can nhung gi", "nhung gi", "mang gi"),
        *("mang theo gi", "dem gi", "dem theo", "chuan bi", "giay nao", "can mang", "thu gi"),
        *("loai giay", "giay chi", "cam theo", "cam gi", "thanh phan", "ho so gi", "ho so can"),
        *("can ho so", "ho so ra sao", "ho so ra lam sao", "giay to ra sao"),
        *("nop gi", "nop nhung gi", "gom gi", "gom nhung", "may ban", "bao nhieu ban", "may bo"),
        *("can giay", "paper", "papers", "document", "documents", "bring", "ឯកសារ"),
    ),
}


#: "tốn cỡ bao nhiêu": with nothing else that is counted, money is meant.
_HOW_MUCH = re.compile(r" bao nhieu (?!(?:tuoi|met|nguoi|cong|ha|hecta|m2|mau|nam|thang|con|lan) )")


def aspect(text: str) -> Aspect | None:
    """Find the side asked for; None when the whole procedure is meant."""
    sentence = f" {_spaced(text)} "
    for side, signs in _SIGNS.items():
        if _asked(sentence, signs):
            return side
    return Aspect.FEE if _HOW_MUCH.search(sentence) else None


def _asked(sentence: str, signs: tuple[str, ...]) -> bool:
    return contains(sentence, (sign if sign.isascii() else _spaced(sign) for sign in signs))


def _spaced(text: str) -> str:
    """Write words apart; Khmer, which has no spaces, by written syllables."""
    return " ".join(tokenise(fold(spell(text))))


def asking_words(bare: Sequence[str]) -> frozenset[int]:
    """Tell which words say nothing about the procedure, only which side of it is meant."""
    found: set[int] = set()
    for start, word in enumerate(bare):
        for sign in _BY_FIRST_WORD.get(word, ()):
            if tuple(bare[start : start + len(sign)]) == sign:
                found.update(range(start, start + len(sign)))
    return frozenset(found)


def _by_first_word() -> dict[str, list[tuple[str, ...]]]:
    table: dict[str, list[tuple[str, ...]]] = {}
    for signs in (NOISE, *_SIGNS.values()):
        for sign in signs:
            words = tuple(sign.split())
            table.setdefault(words[0], []).append(words)
    return table


_BY_FIRST_WORD = _by_first_word()
