"""Which side of a procedure somebody asks about."""

from enum import StrEnum

from knowledge.search.questions import contains
from knowledge.text import fold, spell, tokenise


class Aspect(StrEnum):
    PAPERS = "papers"
    FEE = "fee"
    TIME = "time"
    PLACE = "place"
    ONLINE = "online"
    FORM = "form"


#: In this order: "nộp online ở đâu" is about the website, "mất bao lâu" is not about a fee.
_SIGNS: dict[Aspect, tuple[str, ...]] = {
    Aspect.FORM: (
        *("bieu mau", "mau don", "to khai", "mau so", "mau nao", "mau giay", "don mau"),
        *("form", "forms", "download", "ទម្រង់"),
    ),
    Aspect.ONLINE: (
        *("online", "onl", "truc tuyen", "qua mang", "tren mang", "qua app", "dich vu cong"),
        *("website", "internet", "អនឡាញ"),
    ),
    Aspect.TIME: (
        *("bao lau", "may ngay", "may bua", "bao nhieu ngay", "may tuan", "may thang", "khi nao"),
        *("bao gio", "chung nao", "thoi han", "thoi gian", "how long", "how many days", "when"),
        "យូរ ប៉ុណ្ណា",
    ),
    Aspect.FEE: (
        *("bao nhieu tien", "nhieu tien", "le phi", "phi", "ton nhieu", "ton bao nhieu"),
        *("ton tien", "het bao nhieu", "mat bao nhieu", "mat tien", "may tien", "gia bao nhieu"),
        *("nop bao nhieu", "mien phi", "chi phi", "may dong", "het nhieu", "how much", "fee"),
        *("fees", "cost", "costs", "price", "តម្លៃ", "លុយ"),
    ),
    Aspect.PLACE: (
        *("o dau", "cho nao", "noi nao", "di dau", "den dau", "toi dau", "dau vay", "co quan nao"),
        *("xa hay", "phuong hay", "nop dau", "gap ai", "where", "which office", "នៅឯណា", "កន្លែង"),
    ),
    Aspect.PAPERS: (
        *("giay to", "giay gi", "ho so gom", "can gi", "can nhung gi", "nhung gi", "mang gi"),
        *("mang theo gi", "dem gi", "dem theo", "chuan bi", "giay nao", "can mang", "thu gi"),
        *("can giay", "paper", "papers", "document", "documents", "bring", "ឯកសារ"),
    ),
}


def aspect(text: str) -> Aspect | None:
    """Find the side asked for; None when the whole procedure is meant."""
    sentence = f" {_spaced(text)} "
    return next((side for side, signs in _SIGNS.items() if _asked(sentence, signs)), None)


def _asked(sentence: str, signs: tuple[str, ...]) -> bool:
    return contains(sentence, (sign if sign.isascii() else _spaced(sign) for sign in signs))


def _spaced(text: str) -> str:
    """Write words apart; Khmer, which has no spaces, by written syllables."""
    return " ".join(tokenise(fold(spell(text))))
