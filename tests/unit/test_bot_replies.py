"""Every word the bot says: there in three languages, correct in form, and used."""

import ast
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from jinja2 import Environment, meta

from bot.guard import Urgency
from bot.replies import FOLDER, LANGUAGES, Label, Replies, ReplyMissingError, load_texts

BOT = FOLDER.parent
APP = BOT.parent / "app"
#: Messenger takes fewer characters than Zalo.
_MOST = 1999 - len("🤖 ជំនួយការស្វ័យប្រវត្តិ\n")

SAMPLES: dict[str, object] = {
    "lines": ["Lệ phí: 50.000 đồng"],
    "papers": ["Giấy khai sinh"] * 12,
    "holidays": ["Tết Nguyên đán"],
    "numbers": ["1022"],
    "due": date(2027, 2, 26),
    "asked": date(2027, 1, 2),
    "opening": date(2026, 12, 7),
    "date": date(2026, 11, 20),
    "count": 5,
    "attachments": 2,
    "late": True,
    "open_now": True,
    "shows_behalf": True,
    "since": date(2025, 7, 1),
    "successions": [
        SimpleNamespace(name="Sở Giao thông vận tải", since=date(2025, 7, 1), heir=None)
    ],
}


@pytest.fixture(scope="module")
def replies() -> Replies:
    return Replies()


def _variables(text: str) -> set[str]:
    environment = Environment()  # noqa: S701 - only parsed, never rendered
    environment.filters |= {"full_date": str, "day": str, "own": str}
    return meta.find_undeclared_variables(environment.parse(text))


class _Anything:
    """An object with any attribute, for templates that take a row of a catalogue."""

    def __getattr__(self, name: str) -> str:
        return f"<{name}>"


def _sample(name: str) -> object:
    if name in {"procedure", "facts", "agency"}:
        return _Anything()
    return SAMPLES.get(name, "một ít chữ")


def _values(name: str, text: str) -> dict[str, object]:
    values = {variable: _sample(variable) for variable in _variables(text)}
    if name in {"emergency", "child"}:
        names = [{"vi": "Công an"}, {"vi": "Cứu hỏa", "km": "ពន្លត់អគ្គិភ័យ"}, {"vi": "Cấp cứu"}]
        values["lines"] = list(zip(("113", "114", "115"), names, strict=True))
    if name == "header_staff":
        values["agency"] = "Sở Xây dựng"
    return values


def test_three_languages_say_the_same_things() -> None:
    texts = {lang: load_texts(FOLDER / lang) for lang in LANGUAGES}
    for lang in LANGUAGES:
        assert texts[lang].keys() == texts["vi"].keys()
        for name, text in texts[lang].items():
            assert _variables(text) == _variables(texts["vi"][name]), (lang, name)


def test_labels_and_word_lists_are_there_in_each_language(replies: Replies) -> None:
    for lang in LANGUAGES:
        assert replies[lang].labels().keys() == replies["vi"].labels().keys()
        assert replies[lang].lists() == replies["vi"].lists()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_renders_within_the_limits(replies: Replies, lang: str) -> None:
    for name, text in load_texts(FOLDER / lang).items():
        said = replies[lang].text(name, _values(name, text))
        assert said, name
        assert len(said) <= _MOST, name
        assert "{" not in said, name
        assert "\n\n\n" not in said, name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_files_are_composed_and_calm(lang: str) -> None:
    for path in (FOLDER / lang).glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text), path
        assert not re.search(r"!(?!=)", text), path


def test_buttons_fit_messenger(replies: Replies) -> None:
    for lang in LANGUAGES:
        for name, label in replies[lang].labels().items():
            assert isinstance(label, Label)
            assert len(label.button) <= 20, (lang, name, label.button)


def test_the_letter_names_the_button_below_it(replies: Replies) -> None:
    for lang in LANGUAGES:
        letter = load_texts(FOLDER / lang)["agency_answer"]
        assert f'"{replies[lang].label("unsolved").button}"' in letter, lang


def test_word_lists_hold_words() -> None:
    for lang in LANGUAGES:
        lists = yaml.safe_load((FOLDER / lang / "words.yml").read_text(encoding="utf-8"))
        for name, words in lists.items():
            assert isinstance(name, str), (lang, name)
            assert all(isinstance(word, str) and word.strip() for word in words), (lang, name)


def _sources() -> Iterator[ast.AST]:
    for path in [*BOT.glob("*.py"), *(BOT / "actions").glob("*.py"), *APP.glob("*.py")]:
        yield ast.parse(Path(path).read_text(encoding="utf-8"))


def _named() -> tuple[set[str], list[re.Pattern[str]]]:
    """Every string in the code, and every string with a gap as a pattern."""
    words, patterns = {str(item) for item in Urgency}, []
    for tree in _sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+"
                    for part in node.values
                ]
                patterns.append(re.compile("".join(parts)))
    return words, patterns


def test_every_text_and_label_is_used(replies: Replies) -> None:
    words, patterns = _named()
    for name in replies["vi"].names() | replies["vi"].labels().keys() | replies["vi"].lists():
        used = name in words or any(pattern.fullmatch(name) for pattern in patterns)
        assert used, f"{name} is never said"


def test_nothing_is_said_that_is_not_written(replies: Replies) -> None:
    known = {
        "say": replies["vi"].names(),
        "render": replies["vi"].names(),
        "option": frozenset(replies["vi"].labels()),
        "label": frozenset(replies["vi"].labels()),
    }
    seen = 0
    for tree in _sources():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            first = node.args[0] if node.args else None
            if node.func.attr in known and isinstance(first, ast.Constant):
                seen += 1
                assert first.value in known[node.func.attr], first.value
    assert seen > 100


def test_dates_are_written_in_full(replies: Replies) -> None:
    day = date(2027, 2, 26)
    assert replies["vi"].full_date(day) == "thứ Sáu, 26/02/2027"
    assert replies["en"].full_date(day) == "Friday, 26/02/2027"
    assert replies["km"].full_date(day) == "ថ្ងៃសុក្រ, 26/02/2027"


def test_an_unknown_language_is_answered_in_vietnamese(replies: Replies) -> None:
    assert replies["fr"] is replies["vi"]


def test_a_missing_text_is_an_error(replies: Replies) -> None:
    with pytest.raises(ReplyMissingError):
        replies["vi"].text("no_such_text", {})
    with pytest.raises(ReplyMissingError):
        replies["vi"].label("no_such_label")
