"""Names of people: after the words that announce them, or known by their family name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from casework.redaction.view import View, view_of

_WORD = re.compile(r"[^\W\d_]+")
_MOST_WORDS = 6
#: A name written small has no more words.
_MOST_SMALL = 4
#: From so many words on a family name needs nothing before it.
_WHOLE_NAME = 3

#: What follows is a name even when it is written small.
_NAMING = re.compile(
    r"(?<!\w)(?:(?:toi|em|tui|minh|con|chau|me|cha|vo|chong|anh|chi|ba|ong) ten(?: la| thiet la)?"
    r"|ten (?:toi|em|tui|minh|con|chau|me|cha|vo|chong)?(?: toi| em)? ?la"
    r"|ho (?:va )?ten(?: (?:toi|em))?(?: la)?"
    r"|con (?:toi|em|gai|trai)(?: toi| em)? ten(?: la)?"
    r"|nguoi (?:ky|ki|nop don|viet don|lam don|gui don|de nghi|yeu cau|khieu nai)"
    r"|ky ten|chu ho|my name is|i am called)\s*:?\s*[\"“']?(?=\w)"
)
#: What follows is a name when it has a capital or begins with a family name.
_NAMED = re.compile(
    r"(?<!\w)(?:ten toi|toi la|em la|con la|(?:me|cha|ba|vo|chong|con|bo|ma|anh|chi|em|chau)"
    r"(?: cua)? (?:toi|em|tui|minh)(?: la| ten)?)\s*:?\s*(?=\w)"
)
_TITLES = re.compile(
    r"(?<!\w)(?:ông|bà|anh|chị|em|cô|chú|bác|cậu|mợ|dì|dượng|thầy|cháu|vợ|chồng|sư"
    r"|ong|ba|chi|co|chu|bac|cau|di|thay|chau|mr\.?|mrs\.?|ms\.?)\s+(?=\w)"
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_FAMILY = _set(
    "nguyễn trần lê phạm huỳnh hoàng phan vũ võ đặng bùi đỗ hồ ngô dương lý thạch kim sơn châu danh"
    " lâm kiên trương đinh đoàn trịnh lương mai tạ tô cao hà quách lưu thái tăng triệu nhan liêu"
    " khưu hứa phùng đào tống văn giang diệp âu bành la mạc nghiêm quan tiết"
)
#: As they are typed without marks.
_BARE_FAMILY = frozenset(view_of(name).low for name in _FAMILY)
#: Never another word, also without marks.
_SURE_FAMILY = _set("nguyen tran pham huynh phan bui trinh thach quach khuu doan")
_MIDDLE = _set("van thi")
#: Other words that also stand inside names.
_INSIDE = _set("van thi minh")
#: Words after which a name written small has ended, or which never begin one.
_NO_NAME = _set(
    "sinh o ngu la co muon hien nam so cmnd cccd sdt xin hoi can va dang toi em tui minh thuong"
    " tru que dan nghe lam cung da dien thoai gi nhu the nay trong tren bi khong sai ghi nha"
    " ong ba anh chi co chu bac con chau nguoi cho de ve ma thi cua voi duoc phai"
    " chua dia goi lien he zalo tuoi ban than dai dien moi cu khac"
)
#: Capitals that follow a title and are an office, with marks and without.
_OFFICES = _set(
    "chủ chu giám giam trưởng phó pho bí bi thư công cong dân cán can ông ong bà ba anh chị"
    " chi em con cô chú bác và va hoặc lãnh lanh đại chuyên viên vien rịa ria ủy uy ubnd hđnd sở"
)
_PLACES = _set(
    "duong pho truong huyen xa phuong quan cau vien cho kenh ap khom khu tp tx tinh hem so"
    " tram song den chua nghia rach bien dao cong tuong xom thon ben pha ga dai luat khoa thpt thcs"
)


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    low: str
    typed: str
    capital: bool

    @property
    def is_family(self) -> bool:
        """Đường is no Dương."""
        return self.typed in _FAMILY or (self.typed == self.low and self.low in _BARE_FAMILY)


def find_names(view: View) -> Iterator[tuple[int, int]]:
    """Spans of the view, in no order; they may meet each other."""
    words = [
        _Word(
            found.start(),
            found.end(),
            found[0],
            view.typed[found.start() : found.end()],
            view.cased[found.start()].isupper(),
        )
        for found in _WORD.finditer(view.low)
    ]
    at = {word.start: number for number, word in enumerate(words)}
    for pattern, text, take in (
        (_NAMING, view.low, _after_naming),
        (_NAMED, view.low, _after_named),
        (_TITLES, view.typed, _after_title),
    ):
        for cue in pattern.finditer(text):
            if cue.end() in at:
                yield from _span(take(_line(view, words[at[cue.end()] :])))
    for number in range(len(words)):
        yield from _span(_whole(view, words, number))


def _span(name: Sequence[_Word]) -> Iterator[tuple[int, int]]:
    if name:
        yield name[0].start, name[-1].end


def _line(view: View, words: Sequence[_Word]) -> list[_Word]:
    """The words up to the next sign that is not a single space."""
    joined = list(words[:1])
    for before, word in pairwise(words[:_MOST_WORDS]):
        if view.low[before.end : word.start] != " ":
            break
        joined.append(word)
    return joined


def _after_naming(words: Sequence[_Word]) -> Sequence[_Word]:
    if words[0].capital and words[0].low not in _NO_NAME | _OFFICES:
        return _capitals(words)
    small = _small(words)
    known = bool(small) and (small[0].is_family or len(small) == len(words))
    return small if known else ()


def _after_named(words: Sequence[_Word]) -> Sequence[_Word]:
    if words[0].capital and words[0].typed not in _OFFICES:
        return _capitals(words)
    return _family_small(words)


def _after_title(words: Sequence[_Word]) -> Sequence[_Word]:
    if words[0].capital:
        return () if words[0].typed in _OFFICES else _capitals(words)
    return _family_small(words)


def _family_small(words: Sequence[_Word]) -> Sequence[_Word]:
    """A family name written small, surely one: of its own, or by the word after it."""
    small = _small(words)
    sure = len(small) > 1 and (
        small[0].low in _SURE_FAMILY or (small[0].is_family and small[1].low in _MIDDLE)
    )
    return small if sure else ()


def _small(words: Sequence[_Word]) -> list[_Word]:
    found: list[_Word] = []
    for word in words[:_MOST_SMALL]:
        after_family = bool(found) and found[0].is_family
        if word.low in _NO_NAME and not (after_family and word.low in _INSIDE):
            break
        found.append(word)
    return found


def _capitals(words: Sequence[_Word]) -> list[_Word]:
    found = []
    for word in words:
        if not word.capital:
            break
        found.append(word)
    return found


def _whole(view: View, words: Sequence[_Word], number: int) -> Sequence[_Word]:
    """Find "Nguyễn Văn An" anywhere, unless a street or a school has its name."""
    first = words[number]
    if not first.capital or not first.is_family or first.typed in _OFFICES:
        return ()
    if number and words[number - 1].low in _PLACES:
        return ()
    name = _capitals(_line(view, words[number:]))
    has_middle = len(name) > 1 and name[1].low in _MIDDLE
    return name if len(name) >= _WHOLE_NAME or (has_middle and len(name) > 1) else ()
