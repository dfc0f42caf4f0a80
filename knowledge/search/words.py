"""What words do in questions and titles, as tables. All folded: questions often are."""

from collections.abc import Iterable
from enum import StrEnum


class Action(StrEnum):
    """What is done to a paper or a right. Titles that differ in nothing else differ in this."""

    FIRST = "first"
    REISSUE = "reissue"
    CHANGE = "change"
    EXTEND = "extend"
    END = "end"
    PAUSE = "pause"
    RESTORE = "restore"
    CHECK = "check"


#: Words at the beginning of a title; none of them means FIRST.
TITLE_ACTIONS: dict[Action, tuple[str, ...]] = {
    Action.REISSUE: ("cap lai", "dang ky lai", "lam lai"),
    Action.CHANGE: (
        *("cap doi", "doi", "thay doi", "dieu chinh", "sua doi", "dinh chinh", "cap nhat"),
        *("cai chinh", "chuyen doi"),
    ),
    Action.EXTEND: ("gia han",),
    Action.END: (
        *("xoa", "cham dut", "thu hoi", "giai the", "huy", "huy bo", "dung", "tra lai", "rut"),
        "bai bo",
    ),
    Action.PAUSE: ("tam ngung", "tam dung"),
    Action.RESTORE: ("khoi phuc",),
    Action.CHECK: ("kiem tra", "tham dinh", "cong bo", "trinh bao"),
}

#: Words anywhere in a question; none of them means FIRST.
QUESTION_ACTIONS: dict[Action, tuple[str, ...]] = {
    Action.REISSUE: (
        *("mat", "hu", "hong", "rach", "chay", "that lac", "cap lai", "lam lai", "xin lai"),
        *("dang ky lai", "lai vi"),
    ),
    Action.CHANGE: (
        *("doi", "thay doi", "sua", "sai", "dinh chinh", "cap nhat", "dieu chinh", "cai chinh"),
        "het han",
    ),
    Action.EXTEND: ("gia han", "het han"),
    Action.END: (
        *("xoa", "huy", "bo", "cham dut", "tra", "dong", "dong cua", "giai the", "nghi luon"),
        *("dep", "thu hoi", "rut lai"),
    ),
    Action.PAUSE: ("tam ngung", "tam nghi", "tam dung"),
    Action.RESTORE: ("khoi phuc", "mo lai"),
    Action.CHECK: ("kiem tra", "tham dinh", "cong bo", "trinh bao", "bao mat"),
}

#: "mất bao lâu" asks how long it takes, nothing is lost.
COSTS = "mat"
COSTS_BEFORE = frozenset({"bao", "may", "tien", "phi", "nhieu", "thoi"})

#: Special cases a title names (first word group) and a question must name too (any of them);
#: a title with a special case nobody asked for is less likely meant.
SPECIAL_CASES: tuple[tuple[str, ...], ...] = (
    ("nuoc ngoai", "dai loan", "han quoc", "viet kieu", "trung quoc", "nhat ban", "campuchia"),
    ("bien gioi",),
    ("luu dong",),
    ("nguoi dich", "dich"),
    ("nhap khau",),
    ("xuat khau",),
    ("chung khoan", "co phieu"),
    ("du an",),
    ("duong sat", "xe lua"),
    ("hop tac xa", "htx"),
    ("to chuc",),
    ("can bo",),
    ("quan nhan", "bo doi", "quan doi"),
    ("tau bien", "hang hai"),
    ("lien thong",),
    ("ngan hang", "tin dung"),
    ("hai quan",),
    ("ho gia dinh",),
    ("cong trinh",),
    ("ket hop",),
    ("thue",),
    ("bao hiem",),
    ("giao duc",),
    ("cong an", "canh sat"),
    ("cap tinh", "tinh"),
    ("cap huyen",),
    ("trung uong",),
    ("doanh nghiep", "cong ty"),
    ("dau khi",),
    ("hang khong", "may bay"),
)

#: Words that say "I am asking", not what about. With diacritics, because "đâu" asks and "dầu"
#: does not; questions without any are compared with the folded ones.
ASKING = frozenset(
    [
        *("gì", "ở", "đâu", "sao", "bao", "nhiêu", "không", "được", "phải", "cần", "muốn", "tôi"),
        *("tui", "mình", "em", "anh", "chị", "hỏi", "xin", "như", "thế", "nào", "ad", "ơi", "vậy"),
        *("ạ", "à", "thì", "mà", "đi", "làm", "giờ", "mấy", "ngày", "lâu", "tiền", "nhà", "nên"),
        *("với", "nữa", "rồi", "có", "cho", "để", "ai", "này", "đó", "kia", "bị", "là", "và"),
        *("của", "ra", "vô", "vào", "theo", "mang", "giấy", "tờ", "hết", "mới", "các", "những"),
        *("nghe", "nói", "hông", "hay", "biết", "giúp", "dùm", "giùm", "thủ", "tục", "hồ", "sơ"),
        *("về", "trong", "do", "một", "hai", "dạ", "bên", "khi", "cái", "hôm", "nay", "bữa"),
    ]
)
#: Folded, these are words of titles (thẻ, đầu, nhà, vợ, sao, giúp, nói) more often than questions.
NOT_ASKING_WHEN_FOLDED = frozenset({"the", "dau", "nha", "vo", "sao", "giup", "ho"})

#: What every procedure has; folded, for "ho" and "to" alone may be anything.
NOISE = ("ho so", "giay to", "thu tuc")

#: Politeness and particles, with diacritics: names are compared without them.
FILLERS = frozenset(
    [
        *("ạ", "à", "ơi", "em", "anh", "chị", "tôi", "tui", "mình", "ad", "dạ", "vậy", "thì", "mà"),
        *("là", "cái", "muốn", "dùm", "giùm", "hỏi", "nữa", "rồi", "bị"),
        *("được", "không", "có", "the", "a", "an", "my", "i", "to", "is", "of", "for"),
    ]
)


def runs_of(sentence: str, longest: int) -> frozenset[str]:
    """Cut a sentence into all runs of neighbouring words, up to this many words each."""
    words = sentence.split()
    return frozenset(
        " ".join(words[first : first + size])
        for size in range(1, longest + 1)
        for first in range(len(words) - size + 1)
    )


def contains(sentence: str, phrases: Iterable[str]) -> bool:
    """Look for whole words; the sentence has a space on both ends."""
    return any(f" {phrase} " in sentence for phrase in phrases)
