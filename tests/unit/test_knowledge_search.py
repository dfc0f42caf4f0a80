"""The search finds what people mean, and says when it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.faqs import Faq
from knowledge.procedures import Procedure
from knowledge.search import Aspect, HitKind, Index, aspect, parse_lexicon
from knowledge.text import Language, fold

CITIZEN = {"level": "Cấp xã", "subjects": "Công dân Việt Nam"}
PROCEDURES = [
    Procedure("1.001193", "Thủ tục đăng ký khai sinh", **CITIZEN),
    Procedure("1.004884", "Thủ tục đăng ký lại khai sinh", **CITIZEN),
    Procedure("1.000689", "Thủ tục đăng ký khai sinh có yếu tố nước ngoài", **CITIZEN),
    Procedure("1.000894", "Thủ tục đăng ký kết hôn", **CITIZEN, aliases=("làm đám cưới",)),
    Procedure("1.000656", "Thủ tục đăng ký khai tử", **CITIZEN),
    Procedure("1.014064", "Cấp lại thẻ căn cước", **CITIZEN),
    Procedure("1.014063", "Cấp đổi thẻ căn cước", **CITIZEN),
    Procedure("1.014061", "Cấp thẻ căn cước cho người từ đủ 14 tuổi trở lên", **CITIZEN),
    Procedure("1.012783", "Cấp đổi Giấy chứng nhận quyền sử dụng đất", level="Cấp tỉnh"),
    Procedure("1.012786", "Cấp lại Giấy chứng nhận quyền sử dụng đất do bị mất", level="Cấp tỉnh"),
    Procedure("1.003197", "Khai báo tạm vắng", **CITIZEN),
    Procedure("1.000001", "Trình báo mất hộ chiếu (thực hiện tại cấp trung ương)", level="Cấp bộ"),
    Procedure("1.000002", "Trình báo mất hộ chiếu (thực hiện tại cấp xã)", level="Cấp xã"),
]
FAQS = [
    Faq(
        "FAQ-1", Language.VI, "Bộ phận một cửa làm việc giờ nào?", "…", aliases=("giờ hành chính",)
    ),
    Faq("FAQ-1", Language.EN, "What are the opening hours of the one-stop office?", "…"),
    Faq("FAQ-1", Language.KM, "ផ្នែកច្រកចេញចូលតែមួយធ្វើការម៉ោងណា?", "…"),
]
LEXICON = parse_lexicon(
    [
        {"say": "sổ đỏ", "means": "giấy chứng nhận quyền sử dụng đất"},
        {"say": "khai sanh", "means": "khai sinh"},
    ]
)


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(PROCEDURES, FAQS, LEXICON)


QUESTIONS = [
    ("làm khai sinh cho con cần gì", "1.001193"),
    ("đi khai sanh cho bé", "1.001193"),
    ("xin đăng ký lại khai sinh", "1.004884"),
    ("khai sinh có cha là người nước ngoài", "1.000689"),
    ("tụi em làm đám cưới", "1.000894"),
    ("mất thẻ căn cước", "1.014064"),
    ("đổi thẻ căn cước", "1.014063"),
    ("làm khai sinh mất bao lâu", "1.001193"),
    ("mất sổ đỏ", "1.012786"),
    ("đổi sổ đỏ cũ", "1.012783"),
    ("báo mất hộ chiếu ở đâu", "1.000002"),
    ("ko biết giờ hành chính", "FAQ-1"),
]


@pytest.mark.parametrize(("question", "ref"), QUESTIONS)
def test_the_right_one_is_first_with_and_without_diacritics(
    index: Index, question: str, ref: str
) -> None:
    assert index.search(question)[0].ref == ref
    assert index.search(fold(question))[0].ref == ref


def test_a_code_in_the_question_decides(index: Index) -> None:
    assert index.search("1.014063.000.00.00.H61 là gì, mất bao lâu")[0].ref == "1.014063"
    answer = index.answer("thủ tục 1.014063")
    assert answer is not None
    assert (answer.ref, answer.score) == ("1.014063", 1.0)


def test_an_faq_is_given_once_in_the_language_of_the_question(index: Index) -> None:
    hits = index.search("opening hours of the office", limit=5)
    assert [(h.kind, h.lang) for h in hits if h.ref == "FAQ-1"] == [(HitKind.FAQ, Language.EN)]
    khmer = index.search("ច្រកចេញចូលតែមួយធ្វើការម៉ោងណា")[0]
    assert (khmer.ref, khmer.lang) == ("FAQ-1", Language.KM)


@pytest.mark.parametrize("question", ["đăng ký kết hôn", "cap lai the can cuoc", "mất sổ đỏ"])
def test_a_clear_question_is_answered(index: Index, question: str) -> None:
    answer = index.answer(question)
    assert answer is not None
    assert answer.ref == index.search(question)[0].ref


@pytest.mark.parametrize(
    "question",
    [
        "giá vàng bao nhiêu",
        "hôm nay trời mưa không",
        "giấy phép karaoke",
        "trợ cấp người cao tuổi",
        "cảm ơn",
        "",
        "👍",
    ],
)
def test_what_is_not_in_the_catalogue_is_not_answered(index: Index, question: str) -> None:
    assert index.answer(question) is None


def test_hits_are_limited_and_in_order(index: Index) -> None:
    hits = index.search("đăng ký khai sinh", limit=3)
    assert len(hits) == 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 < hit.score < 1 for hit in hits)


def test_an_empty_catalogue_finds_nothing() -> None:
    empty = Index([], [], {})
    assert empty.search("đăng ký khai sinh") == []
    assert empty.answer("đăng ký khai sinh") is None


@given(st.text(max_size=50))
def test_no_question_raises(index: Index, text: str) -> None:
    assert all(0 < hit.score <= 1 for hit in index.search(text))
    index.answer(text)


@pytest.mark.parametrize(
    ("question", "side"),
    [
        ("sang tên sổ đỏ bao nhiêu tiền", Aspect.FEE),
        ("lam khai sinh mat bao lau", Aspect.TIME),
        ("nộp ở đâu vậy ad", Aspect.PLACE),
        ("lm gks cần j", Aspect.PAPERS),
        ("nop online duoc ko", Aspect.ONLINE),
        ("tải mẫu đơn ở đâu", Aspect.FORM),
        ("how much does it cost", Aspect.FEE),
        ("ត្រូវការឯកសារអ្វីខ្លះ", Aspect.PAPERS),
        ("đăng ký kết hôn", None),
    ],
)
def test_the_side_asked_for(question: str, side: Aspect | None) -> None:
    assert aspect(question) is side
