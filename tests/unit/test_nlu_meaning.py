"""What was meant is read beside what was written."""

import time

import pytest

from bot.understanding.components.meaning import Meaning

LEARNT = [
    "^ thủ tục cấp giấy khai sinh $",
    "^ làm giấy khai sinh ở đâu $",
    "^ thủ tục làm giấy phép xây nhà $",
    "^ hồ sơ xây nhà ở đâu $",
    "^ what is the fee for a birth certificate $",
    "^ where is the fee paid for a certificate $",
]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("^ thu tuc lam giay khai sinh $", "^ thủ tục làm giấy khai sinh $"),
        ("^ thủ tục làm giâys khai sinh $", "^ thủ tục làm giấy khai sinh $"),
        ("^ giayphep xay nha $", "^ giấy phép xây nhà $"),
        ("^ where is the fee piad $", "^ where is the fee piad $"),
        ("^ what is teh fee for a certificate $", "^ what is the fee for a certificate $"),
        ("^ xqzw $", "^ xqzw $"),
        ("", ""),
    ],
    ids=["bare", "slip", "lost space", "rare word", "English", "no word", "nothing"],
)
def test_slips_are_mended_and_diacritics_put_back(written: str, meant: str) -> None:
    meaning = Meaning.of(LEARNT)
    assert meaning.guess(written) == meant
    assert Meaning.from_plain(meaning.plain()).guess(written) == meant


@pytest.mark.parametrize("line", LEARNT)
def test_what_is_well_written_stays(line: str) -> None:
    assert Meaning.of(LEARNT).guess(line) == line


@pytest.mark.parametrize(
    "line",
    [f"^ {'a' * 10_000} $", f"^ {'xqzwk ' * 2_000}$", f"^ {'giâys khia ' * 29}$"],
    ids=["one endless word", "many strange words", "all slips"],
)
def test_a_guess_takes_no_time_to_speak_of(line: str) -> None:
    meaning = Meaning.of(LEARNT)
    started = time.process_time()
    meaning.guess(line)
    assert time.process_time() - started < 0.05


@pytest.mark.parametrize(
    ("line", "well"),
    [
        ("^ làm giấy khai sinh ở đâu $", True),
        ("^ lam giay khai sinh o dau $", False),
        ("^ làm giấy khai sinh o dau $", False),
        ("^ làm giâys khai sinh ở đâu $", False),
        ("^ thủ tục làm giấy khai sinh ở đâu hồ sơ xyz $", True),
        ("^ thủ tục làm giấy khai sinh ở đâu xyz qrp $", False),
        ("^ where is the fee paid for a certificate $", False),
        ("^ $", False),
    ],
    ids=[
        *("well", "bare", "half bare", "a slip", "a name", "strange words", "English", "nothing"),
    ],
)
def test_good_writing_has_its_diacritics_and_known_words(line: str, *, well: bool) -> None:
    meaning = Meaning.of(LEARNT)
    assert meaning.is_well_written(line, meaning.guess(line)) is well
