"""What words do in questions and titles, as tables."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from knowledge.search.reading import Word, has_marks
from knowledge.text import fold


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
    Action.REISSUE: ("cấp lại", "đăng ký lại", "làm lại"),
    Action.CHANGE: (
        *("cấp đổi", "đổi", "thay đổi", "điều chỉnh", "sửa đổi", "đính chính", "cập nhật"),
        *("cải chính", "chuyển đổi"),
    ),
    Action.EXTEND: ("gia hạn",),
    Action.END: (
        *("xóa", "chấm dứt", "thu hồi", "giải thể", "hủy", "hủy bỏ", "dừng", "trả lại", "rút"),
        "bãi bỏ",
    ),
    Action.PAUSE: ("tạm ngừng", "tạm dừng"),
    Action.RESTORE: ("khôi phục",),
    Action.CHECK: ("kiểm tra", "thẩm định", "công bố", "trình báo"),
}

#: Words anywhere in a question; none of them means FIRST.
QUESTION_ACTIONS: dict[Action, tuple[str, ...]] = {
    Action.REISSUE: (
        *("mất", "hư", "hỏng", "rách", "cháy", "thất lạc", "cấp lại", "làm lại", "xin lại"),
        *("đăng ký lại", "lại vì", "rớt", "bị trộm", "bị giật"),
    ),
    Action.CHANGE: (
        *("đổi", "thay đổi", "sửa", "sai", "đính chính", "cập nhật", "điều chỉnh", "cải chính"),
        "hết hạn",
    ),
    Action.EXTEND: ("gia hạn", "hết hạn"),
    Action.END: (
        *("xóa", "hủy", "bỏ", "chấm dứt", "trả", "đóng", "đóng cửa", "giải thể", "nghỉ luôn"),
        *("dẹp", "thu hồi", "rút lại", "giải tán"),
    ),
    Action.PAUSE: ("tạm ngừng", "tạm ngưng", "tạm nghỉ", "tạm dừng"),
    Action.RESTORE: ("khôi phục", "mở lại"),
    Action.CHECK: ("kiểm tra", "thẩm định", "công bố", "trình báo", "báo mất"),
}

#: Without diacritics these are other words more often: chạy, bộ, bố, trà, đông, đồng.
_OTHERS_WHEN_FOLDED = frozenset({"chay", "bo", "tra", "dong"})

#: "mất bao lâu" asks how long it takes, nothing is lost.
COSTS = "mat"
COSTS_BEFORE = frozenset({"bao", "may", "tien", "phi", "nhieu", "thoi"})

#: Special cases a title names (first word group) and a question must name too (any of them);
#: a title with a special case nobody asked for is less likely meant.
SPECIAL_CASES: tuple[tuple[str, ...], ...] = (
    ("nước ngoài", "đài loan", "hàn quốc", "việt kiều", "trung quốc", "nhật bản", "campuchia"),
    ("biên giới",),
    ("lưu động",),
    ("người dịch", "dịch"),
    ("nhập khẩu",),
    ("xuất khẩu",),
    ("chứng khoán", "cổ phiếu"),
    ("dự án",),
    ("đường sắt", "xe lửa"),
    ("hợp tác xã", "htx"),
    ("tổ chức",),
    ("cán bộ",),
    ("quân nhân", "bộ đội", "quân đội"),
    ("tàu biển", "hàng hải"),
    ("liên thông",),
    ("ngân hàng", "tín dụng"),
    ("hải quan",),
    ("hộ gia đình",),
    ("công trình",),
    ("kết hợp",),
    ("thuế",),
    ("bảo hiểm",),
    ("giáo dục",),
    ("công an", "cảnh sát"),
    ("cấp tỉnh", "tỉnh"),
    ("cấp huyện",),
    ("trung ương",),
    ("doanh nghiệp", "công ty"),
    ("dầu khí",),
    ("hàng không", "máy bay"),
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


def signs_in(words: Sequence[Word]) -> frozenset[str]:
    """Find the signs of actions and special cases that were said.

    In a text with diacritics a sign must have its own: "trà" gives nothing back, "chạy" burns
    nothing, "đối với" changes nothing.
    """
    if has_marks(words):
        return _runs([word.typed for word in words]) & _SIGNS
    said = _runs([word.bare for word in words]) - _OTHERS_WHEN_FOLDED
    return frozenset(sign for run in said for sign in _FOLDED.get(run, ()))


def actions_in(said: frozenset[str], actions: Mapping[Action, Sequence[str]]) -> frozenset[Action]:
    """Tell the actions, of those of a table, from the signs that were said."""
    return frozenset(action for action, signs in actions.items() if not said.isdisjoint(signs))


def action_places(words: Sequence[Word]) -> frozenset[int]:
    """Find the places of words that say what is done to a paper, not to which one."""
    said = [word.typed for word in words] if has_marks(words) else [word.bare for word in words]
    known = _ACTION_SIGNS if has_marks(words) else _FOLDED_ACTION_SIGNS
    return frozenset(
        place
        for size in range(1, _LONGEST + 1)
        for first in range(len(words) - size + 1)
        if " ".join(said[first : first + size]) in known
        for place in range(first, first + size)
    )


def _runs(words: Sequence[str]) -> frozenset[str]:
    """Cut into all runs of neighbouring words, as long as the longest sign."""
    return frozenset(
        " ".join(words[first : first + size])
        for size in range(1, _LONGEST + 1)
        for first in range(len(words) - size + 1)
    )


def _signs_of(groups: Iterable[tuple[str, ...]]) -> frozenset[str]:
    return frozenset(sign for signs in groups for sign in signs)


def _by_folded(signs: Iterable[str]) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for sign in signs:
        table.setdefault(fold(sign), []).append(sign)
    return table


_ACTION_SIGNS = _signs_of((*TITLE_ACTIONS.values(), *QUESTION_ACTIONS.values()))
_SIGNS = _ACTION_SIGNS | _signs_of(SPECIAL_CASES)
_FOLDED = _by_folded(_SIGNS)
_FOLDED_ACTION_SIGNS = frozenset(map(fold, _ACTION_SIGNS)) - _OTHERS_WHEN_FOLDED
_LONGEST = max(len(sign.split()) for sign in _SIGNS)


def contains(sentence: str, phrases: Iterable[str]) -> bool:
    """Look for whole words; the sentence has a space on both ends."""
    return any(f" {phrase} " in sentence for phrase in phrases)
