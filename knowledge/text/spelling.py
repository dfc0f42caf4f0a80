"""One spelling for what Vietnamese phones write in several ways."""

import re
import unicodedata

from knowledge.text.cleaning import clean

_TONES = "\u0300\u0301\u0309\u0303\u0323"


def _tone_pairs() -> dict[str, str]:
    """Map the newer placing (hoá, khoẻ, thuý) to the one most people type (hóa, khỏe, thúy)."""
    pairs = {}
    for first, second in ("oa", "oe", "uy"):
        for tone in _TONES:
            newer = unicodedata.normalize("NFC", first + second + tone)
            pairs[newer] = unicodedata.normalize("NFC", first + tone + second)
    return pairs


_PAIRS = _tone_pairs()
_NEWER = re.compile(rf"(?<!q)(?:{'|'.join(_PAIRS)})(?!\w)")

#: What people shorten. Only what has one meaning in letters to an office; "bh" (bảo hiểm, bao
#: giờ) or "dc" (được, địa chỉ) would do more harm than good as fixed words.
SHORTHAND = {
    "ko": "không",
    "k": "không",
    "kg": "không",
    "khg": "không",
    "hok": "không",
    "hem": "không",
    "hông": "không",
    "hong": "không",
    "hổng": "không",
    "khum": "không",
    "kô": "không",
    "đc": "được",
    "đươc": "được",
    "dk": "đăng ký",
    "đk": "đăng ký",
    "đky": "đăng ký",
    "dky": "đăng ký",
    "j": "gì",
    "z": "vậy",
    "v": "vậy",
    "vậy": "vậy",
    "bn": "bao nhiêu",
    "bnh": "bao nhiêu",
    "nhiu": "nhiêu",
    "nhìu": "nhiều",
    "ntn": "như thế nào",
    "sđt": "số điện thoại",
    "sdt": "số điện thoại",
    "đt": "điện thoại",
    "hs": "hồ sơ",
    "tthc": "thủ tục hành chính",
    "gks": "giấy khai sinh",
    "ks": "khai sinh",
    "cccd": "căn cước công dân",
    "cmnd": "chứng minh nhân dân",
    "gplx": "giấy phép lái xe",
    "blx": "bằng lái xe",
    "bhyt": "bảo hiểm y tế",
    "bhxh": "bảo hiểm xã hội",
    "bhtn": "bảo hiểm thất nghiệp",
    "qsdđ": "quyền sử dụng đất",
    "qsdd": "quyền sử dụng đất",
    "gcn": "giấy chứng nhận",
    "gpxd": "giấy phép xây dựng",
    "đkkd": "đăng ký kinh doanh",
    "dkkd": "đăng ký kinh doanh",
    "đkkh": "đăng ký kết hôn",
    "dkkh": "đăng ký kết hôn",
    "hkd": "hộ kinh doanh",
    "ubnd": "ủy ban nhân dân",
    "hđnd": "hội đồng nhân dân",
    "ctv": "cộng tác viên",
    "ak": "à",
    "uh": "ừ",
    "uk": "ừ",
    "mk": "mình",
    "mik": "mình",
    "e": "em",
    "a": "anh",
    "c": "chị",
    "r": "rồi",
    "rùi": "rồi",
    "wa": "quá",
    "thui": "thôi",
    "bít": "biết",
    "vs": "với",
    "lm": "làm",
    "ng": "người",
    "nv": "nhân viên",
    "cq": "cơ quan",
    "cb": "cán bộ",
    "tl": "trả lời",
    "trl": "trả lời",
    "tks": "thanks",
    "thks": "thanks",
    "gd": "gia đình",
    "dt": "điện thoại",
}
_WORD = re.compile(r"\w+")


def place_tones(text: str) -> str:
    """Put tone marks where most people type them: hoá → hóa. Expects lower case, NFC."""
    return _NEWER.sub(lambda match: _PAIRS[match[0]], text)


def expand_shorthand(text: str) -> str:
    """Write shortened words out. Expects lower case, NFC."""
    return _WORD.sub(lambda match: SHORTHAND.get(match[0], match[0]), text)


def spell(text: str) -> str:
    """Clean, lower case, tone marks in one place, shortened words written out."""
    return expand_shorthand(place_tones(clean(text).lower()))
