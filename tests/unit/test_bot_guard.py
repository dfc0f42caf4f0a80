"""Emergencies and children in danger, without the intent model."""

import random
from pathlib import Path
from time import perf_counter

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from app.conversations import make_guard
from app.guard_data import read_examples
from app.learning.checks import HeldOut
from bot.guard import Guard, Sense, Urgency
from bot.understanding.components.slips import with_slips
from knowledge.text import fold

ROOT = Path(__file__).parents[2] / "nlu_data"
E, C = Urgency.EMERGENCY, Urgency.CHILD
BOTH = pytest.mark.parametrize("typed", [str, fold])


def _load(path: Path) -> dict[str, dict[str, list[str]]]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def guard() -> Guard:
    return make_guard()


@pytest.fixture(scope="module")
def sets() -> dict[str, dict[str, list[str]]]:
    return _load(ROOT / "test" / "guard.yml")


@BOTH
@pytest.mark.parametrize("urgency", Urgency)
def test_nearly_every_alarm_is_raised(
    guard: Guard, sets: dict[str, dict[str, list[str]]], typed: type[str], urgency: Urgency
) -> None:
    texts = [typed(text) for found in sets[urgency].values() for text in found]
    seen = [guard.check(text) for text in texts]
    missed = [text for text, found in zip(texts, seen, strict=True) if found is None]
    assert len(texts) > 30
    assert len(missed) <= 0.03 * len(texts), missed
    # A child's answer names 111, so which of the two it is matters.
    assert seen.count(urgency) >= 0.95 * len(texts)


def test_alarms_of_a_hurried_hand_are_seen(
    guard: Guard, sets: dict[str, dict[str, list[str]]]
) -> None:
    texts = [text for urgency in Urgency for text in sets[urgency]["vi"]]
    slipped = [with_slips(text, random.Random(draw)) for draw in range(4) for text in texts]  # noqa: S311 - no secret
    missed = [text for text in slipped if guard.check(text) is None]
    assert len(missed) <= 0.08 * len(slipped), missed


@BOTH
def test_near_misses_seldom_raise_one(
    guard: Guard, sets: dict[str, dict[str, list[str]]], typed: type[str]
) -> None:
    texts = [typed(text) for found in sets["ordinary"].values() for text in found]
    alarms = [text for text in texts if guard.check(text) is not None]
    assert len(texts) > 200
    assert len(alarms) <= 0.06 * len(texts), alarms


@BOTH
def test_questions_about_procedures_raise_none(guard: Guard, typed: type[str]) -> None:
    path = ROOT / "test" / "search_national.yml"
    rows: list[dict[str, object]] = yaml.safe_load(path.read_text(encoding="utf-8"))["present"]
    texts = [typed(str(row["ask"])) for row in rows]
    alarms = [text for text in texts if guard.check(text) is not None]
    assert len(texts) > 300
    assert len(alarms) <= 0.03 * len(texts), alarms


@BOTH
def test_reports_and_questions_of_every_field_seldom_do(guard: Guard, typed: type[str]) -> None:
    fields = _load(ROOT / "test" / "routing.yml").values()
    texts = [typed(text) for found in fields for text in found]
    alarms = [text for text in texts if guard.check(text) is not None]
    assert len(texts) > 200
    # Among them are beatings at school, accidents and walls that fell: one may argue about those.
    assert len(alarms) <= 0.08 * len(texts), alarms


@pytest.mark.parametrize("alarm", ["cháy nhà em rồi", "con bé hàng xóm bị cha dượng đánh bầm mình"])
@pytest.mark.parametrize("sentences", [1, 5, 20, 2000])
def test_danger_told_last_in_a_long_message_is_seen(
    guard: Guard, sentences: int, alarm: str
) -> None:
    before = "Dạ cho em hỏi hồ sơ sang tên đất nộp ở đâu. " * sentences
    assert guard.check(before) is None
    assert guard.check(before + alarm) is not None


def test_many_words_without_a_sentence_are_read(guard: Guard) -> None:
    assert guard.check("a. " * 100) is None
    assert guard.check("cho hỏi giấy tờ đất " * 40 + "cháy nhà rồi cứu với") is E


def test_nothing_is_learnt_that_is_nearly_tested(sets: dict[str, dict[str, list[str]]]) -> None:
    strangers = _load(ROOT / "test" / "strangers" / "guard.yml")
    tested = HeldOut(
        text
        for languages in (*sets.values(), *strangers.values())
        for texts in languages.values()
        for text in texts
    )
    learnt = read_examples(ROOT / "guard" / "examples").values()
    leaks = [text for texts in learnt for text in texts if tested.has_nearly(text)]
    assert leaks == []


@pytest.mark.parametrize(
    "text",
    ["mẹ", "mẹ tôi", "cho mẹ tôi", "con tôi", "bà nội", "ba", "em bé", "12", "my son", "កូនខ្ញុំ"],
)
def test_who_is_named_is_no_danger(guard: Guard, text: str) -> None:
    assert guard.check(text) is None
    assert guard.check(fold(text)) is None


@BOTH
@pytest.mark.parametrize(
    "text",
    [
        *("Dạ cháu 3 tuổi", "da chau 3 tuoi", "bé nhà em 4 tuổi", "má tôi 76 tuổi em"),
        *("con gái em 11 tháng, 9kg", "tôi là cha của cháu", "hai đứa, 5 tuổi với 12 tuổi"),
        *("cháu học lớp 3 ạ", "my son is 3 years old", "កូនខ្ញុំអាយុ ៣ ឆ្នាំ"),
    ],
)
def test_how_old_somebody_is_is_no_danger(guard: Guard, text: str, typed: type[str]) -> None:
    assert guard.check(typed(text)) is None


@BOTH
@pytest.mark.parametrize(
    "text", ["Dạ cháu 3 tuổi bị đánh", "bé 4 tuổi đang chìm dưới ao", "con 11 tuổi bị hiếp"]
)
def test_what_happens_to_somebody_of_that_age_may_be(
    guard: Guard, text: str, typed: type[str]
) -> None:
    assert guard.check(typed(text)) is not None


@pytest.mark.parametrize("text", ["cháy", "cháy nhà", "cứu tôi", "cuu voi", "chay nha roi"])
def test_a_short_cry_is_heard(guard: Guard, text: str) -> None:
    assert guard.check(text) is E


@pytest.mark.parametrize(
    "text",
    [
        *("tai nạn rồi", "có người đuối", "bị điện giật", "bị đánh đập", "mắc kẹt", "rạch tay rồi"),
        *("tai nan", "dien giat", "duoi nuoc roi", "cap cuu", "co nguoi chet", "hoc xuong"),
        *("help fire", "my baby choking", "ambulance", "police now", "car accident!", "SOS"),
        *("ឆេះហើយ", "គ្រោះថ្នាក់", "សង្គ្រោះបន្ទាន់!", "លង់ទឹក"),
    ],
)
def test_a_cry_that_is_all_that_is_said_is_heard(guard: Guard, text: str) -> None:
    assert guard.check(text) is not None


@pytest.mark.parametrize("text", ["lạc con rồi", "mat con", "bị dượng đánh", "lost my child"])
def test_so_is_a_child_s(guard: Guard, text: str) -> None:
    assert guard.check(text) is C


@pytest.mark.parametrize(
    "text",
    [
        *("tai nạn lao động", "bảo hiểm tai nạn", "con dấu", "kẹt xe", "ngã ba", "cắt tóc"),
        *("tu tu", "vo oi", "di dao", "treo co", "oi mau", "chim do"),
        *("accident insurance", "emergency contact", "police clearance", "lost passport"),
    ],
)
def test_its_words_beside_others_are_none(guard: Guard, text: str) -> None:
    assert guard.check(text) is None


def test_what_is_always_an_alarm_is_not_taken_back() -> None:
    calm = Sense({E: ["lửa"], C: ["bé"]}, ["cứu với", "nhà cháy hồi xưa", "cháy"])
    lists = {"vi": {"always": ["cứu với"], "phrases": ["cháy"], "not": [], "unless": []}}
    guard = Guard({E: lists, C: {}}, calm)
    assert guard.check("cứu với") is E
    assert guard.check("nhà cháy hồi xưa") is None


@given(st.text(max_size=3000))
def test_any_text_is_read_in_time(guard: Guard, text: str) -> None:
    start = perf_counter()
    guard.check(text)
    assert perf_counter() - start < 0.5


@BOTH
@pytest.mark.parametrize(
    "text",
    [
        "giấy tờ cho thằng nhỏ mới sanh ở nhà bà mụ",
        "thằng nhỏ ở nhà bà ngoại làm giấy gì",
        "thằng nhỏ ở nhà bà nội đi học mẫu giáo cần giấy gì",
        "Điện thoại tui rớt xuống nước rồi, có cứu được không em",
        "Nhà có hai con vịt đẻ trứng nhỏ xíu",
        "lục bình bít kín sông, ghe xuồng hết đường đi",
    ],
)
def test_a_child_an_animal_or_a_telephone_alone_is_no_danger(
    guard: Guard, text: str, typed: type[str]
) -> None:
    assert guard.check(typed(text)) is None


def test_who_fell_with_the_telephone_is_in_danger(guard: Guard) -> None:
    assert guard.check("thằng nhỏ cầm điện thoại rớt xuống nước, cứu với") is not None
    assert guard.check("thằng nhỏ lượm điện thoại té xuống sông rồi") is not None


@pytest.mark.parametrize(
    "text",
    [
        "chay",
        "chạy",
        "tôi đang chạy xe",
        "dang chay xe om",
        "em dang chay ve nha",
        "xe chay nhanh qua",
        "an chay o dau ngon",
        "con cá này giá nhiêu",
        "cho con đi học lớp một cần giấy gì",
        "",
        "   ",
        "cháy túi rồi",
    ],
)
def test_look_alikes(guard: Guard, text: str) -> None:
    assert guard.check(text) is None


def test_punctuation_and_tone_places_do_not_hide_it(guard: Guard) -> None:
    assert guard.check("CỨU VỚI!!! cháy nhà rồi...") is E
    assert guard.check("cứu   với") is E


def test_a_star_does_not_cross_a_sentence() -> None:
    guard = Guard({E: {"vi": {"always": ["nhà * cháy"]}}, C: {}})
    assert guard.check("nhà tôi đang cháy") is E
    assert guard.check("tôi về nhà. hôm qua cháy") is None


def test_a_look_alike_elsewhere_does_not_silence_the_alarm() -> None:
    lists = {
        "vi": {"always": [], "phrases": ["cháy"], "not": ["cháy túi"], "unless": ["giấy phép"]}
    }
    guard = Guard({E: lists, C: {}})
    assert guard.check("cháy túi") is None
    assert guard.check("cháy túi mà nhà cũng cháy") is E
    assert guard.check("cháy, xin giấy phép") is None
