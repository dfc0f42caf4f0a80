"""Emergencies and children in danger, by rules."""

from pathlib import Path

import pytest
import yaml

from bot.guard import Guard, Urgency

ROOT = Path(__file__).parents[2] / "nlu_data"
E, C = Urgency.EMERGENCY, Urgency.CHILD


def _load(path: Path) -> dict[str, dict[str, list[str]]]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def guard() -> Guard:
    return Guard({urgency: _load(ROOT / "guard" / f"{urgency}.yml") for urgency in Urgency})


@pytest.fixture(scope="module")
def held_out() -> dict[str, dict[str, list[str]]]:
    return _load(ROOT / "test" / "guard.yml")


@pytest.mark.parametrize("urgency", [E, C])
def test_nearly_every_alarm_is_raised(
    guard: Guard, held_out: dict[str, dict[str, list[str]]], urgency: Urgency
) -> None:
    texts = [text for found in held_out[urgency].values() for text in found]
    missed = [text for text in texts if guard.check(text) is None]
    assert len(missed) <= 0.05 * len(texts), missed


def test_ordinary_messages_raise_none(
    guard: Guard, held_out: dict[str, dict[str, list[str]]]
) -> None:
    texts = [text for found in held_out["ordinary"].values() for text in found]
    alarms = [text for text in texts if guard.check(text) is not None]
    assert len(alarms) <= 0.005 * len(texts), alarms


@pytest.mark.parametrize(
    "text",
    [
        "chay",
        "chạy",
        "tôi đang chạy xe",
        "dang chay xe om",
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
