"""Which language the next answer is in."""

import pytest

from bot.reply_language import reply_language


@pytest.mark.parametrize("last", ["vi", "en", "km"])
@pytest.mark.parametrize(
    "text",
    [
        "asdkjh qwoeiu zxmcn",
        "sdkfjh sdkfjh",
        "'; DROP TABLE cases; --",
        "😀😀 👍",
        "HD-2026-000123",
    ],
)
def test_noise_and_codes_keep_the_language(text: str, last: str) -> None:
    assert reply_language(text, last) == last


@pytest.mark.parametrize(
    ("text", "last", "expected"),
    [
        ("how do I get a birth certificate", "vi", "en"),
        ("the sewer overflowed into my kitchen", "km", "en"),
        ("làm giấy khai sinh ở đâu", "km", "vi"),
        ("lam giay khai sinh o dau", "km", "vi"),
        ("ខ្ញុំចង់សួរ", "vi", "km"),
        # Without marks Vietnamese is only a guess.
        ("lam giay khai sinh o dau", "en", "en"),
    ],
)
def test_known_words_change_it(text: str, last: str, expected: str) -> None:
    assert reply_language(text, last) == expected
