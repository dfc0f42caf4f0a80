"""Numbers, codes and addresses as people in Viet Nam write them. All patterns read folded text."""

import re
from dataclasses import dataclass
from enum import StrEnum

from casework.redaction.kinds import MaskKind


class Reading(StrEnum):
    """Which reading of the text a pattern is for."""

    LOW = "low"
    CASED = "cased"
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class Rule:
    """What the group `it` meets is of this kind; without the group, all of it."""

    kind: MaskKind
    pattern: re.Pattern[str]
    reading: Reading = Reading.LOW

    @property
    def group(self) -> str | int:
        return "it" if "it" in self.pattern.groupindex else 0


def _rule(kind: MaskKind, pattern: str, reading: Reading = Reading.LOW) -> Rule:
    return Rule(kind, re.compile(pattern), reading)


#: Between two digits of one number.
_GAP = r"[ .\-]?"
#: What makes a number a sum, an area or a count.
_COUNTED = r"(?! ?(?:dong|vnd|d\b|trieu|ty\b|nghin|ngan\b(?! hang)|m2|met|km|kg|ha\b|%|usd))"
#: 05.03.2026 and what follows is a day, not a telephone.
_NO_DATE = r"(?!\d{1,2}[ .\-]\d{1,2}[ .\-](?:19|20)\d{2}\b)"
_DATE = (
    r"(?:ngay )?\d{1,2}(?:[/.\- ]| ?thang )\d{1,2}(?:[/.\- ]| ?nam )(?:19|20)?\d{2}"
    r"|(?:nam )?(?:19|20)\d{2}"
)
_CAPS = r"[A-Z]\w*(?: (?:[A-Z]\w*|\d+\w?)){0,4}"
_PLATE_LETTERS = r"[a-hk-npr-vxyz]{1,2}"

K, R = MaskKind, Reading

RULES: tuple[Rule, ...] = (
    # Lengths are bounded, here and below: long texts must not take the square of their length.
    _rule(
        K.EMAIL,
        r"[\w.+%-]{1,64} ?(?:@|\(at\)|\[at\]) ?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}",
    ),
    _rule(
        K.DOSSIER,
        r"(?<![\w.])(?:\d{3}\.\d{2}\.\d{1,3}\.)?[a-z]\d{2,3}(?:\.\d{1,4}){0,3}"
        r" ?- ?\d{6} ?- ?\d{3,6}(?!\w)",
    ),
    _rule(K.CASE_CODE, r"(?<!\w)(?:hd|pa|pk|dx|tt|gy)[ -]?20\d\d[ -]?\d{6}(?!\w)"),
    _rule(
        K.BANK_ACCOUNT,
        r"(?<!\w)(?:so tai khoan|tai khoan|stk|so tk|tk)(?!\w)[^\d\n]{0,40}"
        rf"(?P<it>\d(?:{_GAP}\d){{5,18}})(?!\d){_COUNTED}",
    ),
    _rule(K.BANK_ACCOUNT, r"(?<!\d)\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?(?!\d)"),
    _rule(
        K.TAX_CODE,
        r"(?<!\w)(?:ma so thue|mst)(?!\w)[^\d\n]{0,30}(?P<it>\d{10}(?:-\d{3})?)(?![\d])",
    ),
    # Mobile and old mobile numbers, with the country's number or without.
    _rule(
        K.PHONE,
        rf"(?<!\d)(?<!\d[.,/]){_NO_DATE}"
        r"(?:\(?(?:\+|00)?84\)?[ .\-]{0,2}(?:\(?0\)?)?[ .\-]{0,2}|0[ .\-]?)"
        rf"(?:1{_GAP}[2689]{_GAP}\d|[35789]{_GAP}\d)(?:[ .\-]{{0,2}}\d){{7}}(?!\d)",
    ),
    # Landlines: 02 and an area.
    _rule(
        K.PHONE,
        rf"(?<!\d)(?<!\d[.,/]){_NO_DATE}(?:\(?(?:\+|00)?84\)?[ .\-]{{0,2}}\(?|\(?0)"
        r"2\d{1,2}\)?(?:[ .\-]{0,3}\d){7,8}(?!\d)",
    ),
    # After its own word also seven or eight digits; 1900 and 1800 belong to offices.
    _rule(
        K.PHONE,
        r"(?<!\w)(?:sdt|dt|so dt|dien thoai|so may|so phone|phone|di dong)(?!\w)[^\d\n]{0,25}"
        rf"{_NO_DATE}(?P<it>(?!1[89]00)\d(?:{_GAP}\d){{6,10}})(?!\d){_COUNTED}",
    ),
    _rule(
        K.ID_NUMBER,
        r"(?<!\w)(?:so )?(?:cmnd|cmtnd|cmt|cccd|chung minh(?: nhan dan| thu)?"
        r"|can cuoc(?: cong dan)?|dinh danh(?: ca nhan)?)(?!\w)[^\d\n]{0,30}"
        rf"{_NO_DATE}(?P<it>\d(?:{_GAP}\d){{8,11}})(?!\d){_COUNTED}",
    ),
    _rule(K.ID_NUMBER, rf"(?<!\d)(?<!\d[.,])0(?:{_GAP}\d){{11}}(?!\d){_COUNTED}"),
    _rule(K.ID_NUMBER, rf"(?<!\d)(?<!\d[.,])\d{{12}}(?!\d){_COUNTED}"),
    _rule(K.ID_NUMBER, rf"(?<!\d)(?<!\d[.,/\-])\d{{9}}(?![\d])(?![.,/]\d){_COUNTED}"),
    _rule(
        K.ID_NUMBER, rf"(?<!\d)(?<!\d[.,/\- ])\d{{3}} \d{{3}} \d{{3}}(?!\d)(?![ .,/]\d){_COUNTED}"
    ),
    _rule(K.ID_NUMBER, r"(?<!\w)(?:ho chieu|passport)[^\d\n]{0,20}?(?P<it>[a-z]\d{7,8})(?!\w)"),
    _rule(K.ID_NUMBER, r"(?<!\w)[BCEKNPX]\d{7}(?!\w)", R.CASED),
    _rule(
        K.ID_NUMBER,
        r"(?<!\w)(?:bhxh|bao hiem xa hoi|bhyt|bao hiem y te)(?!\w)[^\d\n]{0,25}"
        rf"(?P<it>\d{{10}})(?!\d){_COUNTED}",
    ),
    _rule(K.ID_NUMBER, r"(?<!\w)[a-z]{2}[ .\-]?\d(?:[ .\-]?\d){12}(?!\d)"),
    _rule(
        K.PLATE,
        r"(?<!\w)(?:bien so(?: xe)?|bien kiem soat|bks|bsx|xe so)(?!\w)\s*:?\s*(?:la )?"
        rf"(?P<it>\d{{2}}[ -]?{_PLATE_LETTERS}\d?[ .\-]{{0,3}}"
        r"(?:\d{3}[. ]?\d{2}|\d{4}))(?!\d)",
    ),
    _rule(
        K.PLATE,
        rf"(?<!\w)\d{{2}}[ -]?{_PLATE_LETTERS}\d?[ -]{{1,3}}\d{{3}}\.\d{{2}}(?!\d)"
        rf"|(?<!\w)\d{{2}}{_PLATE_LETTERS}\d?-\d{{4,5}}(?!\d)"
        rf"|(?<!\w)\d{{2}}-{_PLATE_LETTERS}\d?[ -]{{1,3}}\d{{4,5}}(?!\d)",
    ),
    _rule(
        K.BIRTH,
        r"(?<!\w)(?<!hy )(?<!hi )(?:sinh ngay|sinh nam|ngay sinh|nam sinh"
        r"|ngay thang nam sinh|sinh|sn)"
        rf"(?!\w)\s*:?\s*(?:la )?(?P<it>{_DATE})(?!\d)",
    ),
    _rule(
        K.PARCEL,
        r"(?<!\w)thua(?: dat)?(?: so)?\s*:?\s*(?P<it>\d[\d/, ]*\d|\d)(?!\w)",
    ),
    _rule(K.PARCEL, r"(?<!\w)thua(?: dat)?(?: so)? ?\d+,? to(?: so)? ?(?P<it>\d+)(?!\w)"),
    _rule(K.PARCEL, r"(?<!\w)(?:to )?ban do(?: so)?\s*:?\s*(?P<it>\d+(?:[-/]\d+)?)(?!\w)"),
    _rule(
        K.CERTIFICATE,
        r"(?<!\w)(?:gcn|gcnqsdd|giay chung nhan|so do|so hong|so seri|seri|so phat hanh"
        r"|so vao so)(?!\w)[^\d\n.;]{0,60}?(?:so\s*:?\s*)?"
        r"(?P<it>(?<!\w)[a-z]{1,3} ?\d{5,8})(?!\w)",
    ),
    _rule(K.CERTIFICATE, r"(?<!\w)[A-Z]{2} ?\d{5,8}(?!\w)", R.CASED),
    _rule(
        K.LOCATION,
        r"(?<![\d.])(?:[89]|1\d|2[0-4])\.\d{4,}\s*[,; ]\s*10[2-9]\.\d{4,}(?!\d)",
    ),
    _rule(
        K.LOCATION,
        r"(?:https?://)?(?:maps\.app\.goo\.gl|goo\.gl/maps|(?:www\.|maps\.)?google\.[a-z.]+/maps"
        r"|maps\.google\.[a-z.]+)/?\S*",
    ),
    _rule(
        K.SOCIAL,
        r"(?:https?://)?(?:(?:www|m|web)\.)?(?:facebook|fb|zalo|tiktok|instagram|youtube|t|m)"
        r"\.(?:com|me|vn)/[@\w][\w.?=&/@-]*",
    ),
    _rule(
        K.SOCIAL,
        r"(?<!\w)(?:facebook|fb|face|zalo|tiktok|telegram|instagram|viber|nick)"
        r"(?: cua (?:toi|em|minh|tui))?(?: ten)?(?:\s*:| la)\s*@?(?P<it>[a-z0-9_][\w.]{2,40})",
    ),
    _rule(K.SOCIAL, r"(?<![\w@.])@[a-z0-9_][\w.]{2,40}"),
    _rule(
        K.ADDRESS,
        r"(?<!\w)(?:so nha|nha so)\s*:?\s*\d[\w/.-]*(?:,? (?:duong|pho) [^,.;\n\ufffc]{1,40})?",
    ),
    _rule(
        K.ADDRESS,
        rf"(?<![\w/])(?:[Ss]o )?\d{{1,4}}[A-Za-z]?(?:/\d+[A-Za-z]?)*,? +"
        rf"(?:[Dd]uong|[Pp]ho) +{_CAPS}",
        R.CASED,
    ),
    _rule(K.ADDRESS, r"(?<!\w)(?:hem|ngo|ngach|kiet) (?:so )?\d[\w/]*"),
    _rule(
        K.ADDRESS,
        r"(?<!\w)(?:ấp|khóm|tổ dân phố|tổ|khu phố|sóc|khom|to dan pho|khu pho|ap)"
        r" (?:số |so )?\d+\w?(?!\w)",
        R.TYPED,
    ),
    _rule(K.ADDRESS, r"(?<!\w)to (?:so )?\d+\w?(?=\s*,| (?:ap|khom|khu|xa|phuong))"),
    _rule(
        K.ADDRESS,
        r"(?<!\w)(?:ngu|cu ngu|thuong tru|tam tru|cu tru|ho khau|dia chi|noi o|nha o)"
        r"(?: tai| o)?\s*:?\s*(?P<it>(?=[^.;\n\ufffc]{0,80}\d)[^.;\n\ufffc]{2,80}?)"
        r"(?=,? *(?:xa|phuong|thi tran|huyen|tinh|tp) )",
    ),
)

#: "ấp Chợ": the word with its marks (or bare), then a name with a capital; read by two readings.
HAMLET = re.compile(
    r"(?<!\w)(?:ấp|khóm|tổ|khu phố|thôn|xóm|sóc|phum|khom|thon|xom|soc|ap) (?:số |so )?(?=\w)"
)
HAMLET_NAME = re.compile(r"[A-Z]\w*(?: (?:[A-Z]\w*|\d+\w?)){0,3}")
