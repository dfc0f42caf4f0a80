"""The search finds what people mean, and says when it does not."""

import json
from functools import partial
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from knowledge.faqs import Faq, parse_faq_row
from knowledge.procedures import Procedure, parse_procedure_row
from knowledge.search import Aspect, HitKind, Index, aspect, parse_common, parse_lexicon
from knowledge.search.questions import fold_lexicon, translate
from knowledge.search.reading import words_of
from knowledge.text import Language, fold

of_commune = partial(Procedure, level="Cấp xã", subjects="Công dân Việt Nam")
PROCEDURES = [
    of_commune("1.001193", "Thủ tục đăng ký khai sinh"),
    of_commune("1.004884", "Thủ tục đăng ký lại khai sinh"),
    of_commune("1.000689", "Thủ tục đăng ký khai sinh có yếu tố nước ngoài"),
    of_commune("1.000894", "Thủ tục đăng ký kết hôn", aliases=("làm đám cưới",)),
    of_commune("1.000656", "Thủ tục đăng ký khai tử"),
    of_commune("1.014064", "Cấp lại thẻ căn cước"),
    of_commune("1.014063", "Cấp đổi thẻ căn cước"),
    of_commune("1.014061", "Cấp thẻ căn cước cho người từ đủ 14 tuổi trở lên"),
    Procedure("1.012783", "Cấp đổi Giấy chứng nhận quyền sử dụng đất", level="Cấp tỉnh"),
    Procedure("1.012786", "Cấp lại Giấy chứng nhận quyền sử dụng đất do bị mất", level="Cấp tỉnh"),
    of_commune("1.003197", "Khai báo tạm vắng"),
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
#: What people ask for and this catalogue lacks.
BEYOND = [
    {"codes": ["1.001776"], "say": ["tiền trợ cấp hàng tháng cho người già", "lãnh trợ cấp"]},
    {"codes": [], "say": ["mở quán karaoke"]},
]
LEXICON = parse_lexicon(
    [
        {"say": "sổ đỏ", "means": "giấy chứng nhận quyền sử dụng đất"},
        {"say": "khai sanh", "means": "khai sinh"},
    ]
)


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(PROCEDURES, FAQS, LEXICON, common=parse_common(BEYOND))


def test_an_abbreviation_takes_nothing_from_what_it_stands_for() -> None:
    rows = [
        {"say": "bảo hiểm thất nghiệp", "means": "hưởng trợ cấp thất nghiệp"},
        {"say": "bhtn", "means": "trợ cấp mất việc"},
    ]
    benefits = [
        of_commune("1.000003", "Hưởng trợ cấp thất nghiệp"),
        of_commune("1.000004", "Giải quyết trợ cấp mất việc"),
        *PROCEDURES,
    ]
    found = Index(benefits, [], parse_lexicon(rows))
    for asked in ("bảo hiểm thất nghiệp", "bhtn"):
        assert {hit.ref for hit in found.search(asked, 2)} == {"1.000003", "1.000004"}


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
        ("tiền thai sản được bao nhiêu", Aspect.AMOUNT),
        ("xin miễn học phí cho con", None),
        ("ត្រូវការឯកសារអ្វីខ្លះ", Aspect.PAPERS),
        ("đăng ký kết hôn", None),
        ("làm hộ chiếu hết mấy trăm", Aspect.FEE),
        ("lam ho chieu mat may hom", Aspect.TIME),
        ("khai sinh ra đâu làm", Aspect.PLACE),
        ("rut bao hiem duoc nhieu tien", Aspect.AMOUNT),
    ],
)
def test_the_side_asked_for(question: str, side: Aspect | None) -> None:
    assert aspect(question) is side


ROOT = Path(__file__).parents[2]
LOOKUPS = ROOT / "nlu_data" / "lookups"


def _rows(name: str) -> list[dict[str, object]]:
    path = ROOT / "app" / "demo_data" / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _lexicon(name: str) -> dict[str, list[str]]:
    path = ROOT / "nlu_data" / "lookups" / f"{name}.yml"
    return parse_lexicon(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def demo() -> Index:
    """The demo catalogue with the lexicons people really use."""
    return Index(
        [parse_procedure_row(row) for row in _rows("procedures")],
        [parse_faq_row(row) for row in _rows("faqs")],
        _lexicon("lexicon"),
        {lang: _lexicon(f"lexicon_{lang.value}") for lang in (Language.EN, Language.KM)},
        parse_common(yaml.safe_load((LOOKUPS / "common.yml").read_text(encoding="utf-8"))),
    )


@pytest.mark.parametrize(
    ("question", "ref"),
    [
        ("sang tên sổ đỏ", "1.013831"),
        ("dạ cho em hỏi sang tên sổ đỏ hết bao nhiêu tiền vậy ạ", "1.013831"),
        ("sang ten so do mat bao lau", "1.013831"),
        ("mấy giờ xã làm việc", "FAQ-001"),
        ("gio lam viec cua xa", "FAQ-001"),
        ("em bị mất căn cước làm lại bao nhiêu tiền", "1.014064"),
        ("bằng lái hết hạn đổi ở đâu", "3.000347"),
        ("how do I renew my driving licence", "3.000347"),
        ("I lost my passport", "1.010386"),
        ("where can I get a copy of my birth certificate?", "2.000635"),
        ("how much is a land title transfer", "1.013831"),
        ("what are the office hours", "FAQ-001"),
        ("ធ្វើសំបុត្រកំណើតឱ្យកូន ត្រូវការឯកសារអ្វី", "1.001193"),
        ("ផ្ទេរឈ្មោះដី អស់លុយប៉ុន្មាន", "1.013831"),
        ("បាត់អត្តសញ្ញាណប័ណ្ណ", "1.014064"),
        ("ឃុំធ្វើការម៉ោងប៉ុន្មាន", "FAQ-001"),
    ],
)
def test_what_people_ask_first_is_answered_at_once(demo: Index, question: str, ref: str) -> None:
    answer = demo.answer(question)
    assert answer is not None
    assert answer.ref == ref


@pytest.mark.parametrize(
    "question",
    [
        "giá vàng hôm nay bao nhiêu",
        "đổi tiền đô ở đâu",
        "mất điện thoại báo ở đâu",
        "đổi tên công ty",
        "mua nhà ở xã hội",
        "bằng lái tàu hỏa học ở đâu",
        "visa for Japan",
        "where is the best restaurant",
        "gun licence",
        "ទិញសំបុត្រយន្តហោះ",
    ],
)
def test_a_name_within_another_thing_is_not_enough(demo: Index, question: str) -> None:
    assert demo.answer(question) is None


@pytest.mark.parametrize("question", ["thủ tục", "ho so giay to", "cần giấy tờ gì", "how much"])
def test_words_that_only_ask_find_nothing(demo: Index, question: str) -> None:
    assert not demo.means_something(question)
    assert demo.search(question) == []


def test_the_preferred_kind_wins_when_both_are_called_the_same(demo: Index) -> None:
    question = "kích hoạt vneid"
    assert demo.search(question, prefer=HitKind.FAQ)[0].kind is HitKind.FAQ
    assert demo.search(question, prefer=HitKind.PROCEDURE)[0].kind is HitKind.PROCEDURE


def test_words_with_other_diacritics_are_other_words(demo: Index) -> None:
    assert demo.search("huyện bỏ rồi giờ nộp giấy ở đâu")[0].ref == "FAQ-003"


@pytest.mark.parametrize("lang", [Language.EN, Language.KM])
def test_every_expression_of_a_bridge_is_read_whole(lang: Language) -> None:
    """Khmer expressions are long: each written syllable is a word."""
    bridge = fold_lexicon(_lexicon(f"lexicon_{lang.value}"))
    for said, (_, terms) in bridge.items():
        read = translate(words_of(said), bridge)
        bare = [word.bare for word in read] if read else []
        assert bare == [word.bare for term in terms for word in term], said


def test_every_term_of_the_bridges_leads_somewhere(demo: Index) -> None:
    for lang in (Language.EN, Language.KM):
        terms = {term for means in _lexicon(f"lexicon_{lang.value}").values() for term in means}
        assert [term for term in terms if term and not demo.search(term)] == []
