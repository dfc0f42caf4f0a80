"""The province of the scenarios: its channels, its FAQ, its legal rules."""

from datetime import date, timedelta

from casework.cases import CaseKind
from casework.legal_clock import DayUnit, LegalRule
from delivery.channel import ChannelLimits
from delivery.messages import ChannelName

LIMITS = {
    ChannelName.ZALO: ChannelLimits(
        text_chars=2000,
        choices=5,
        choice_label_chars=100,
        payload_chars=1000,
        window=timedelta(hours=48),
        human_window=timedelta(days=7),
    ),
    ChannelName.FACEBOOK: ChannelLimits(
        text_chars=1999,
        choices=13,
        choice_label_chars=20,
        payload_chars=1000,
        window=timedelta(hours=24),
        human_window=timedelta(days=7),
    ),
}

FAQS: list[dict[str, object]] = [
    {
        "id": "gio-lam-viec",
        "lang": "vi",
        "question": "Giờ làm việc của bộ phận một cửa",
        "answer": "Bộ phận một cửa làm việc từ thứ Hai đến thứ Sáu, 7:00–11:00 và 13:00–17:00.",
        "detail": "Chi tiết: nghỉ các ngày lễ theo quy định.",
        "aliases": ["một cửa mở cửa mấy giờ", "mấy giờ một cửa làm việc"],
        "source": "Quy chế một cửa",
        "source_date": "2026-01-05",
    },
    {
        "id": "cu",
        "lang": "vi",
        "question": "Phí cầu đường cũ thu thế nào",
        "answer": "Câu trả lời đã cũ.",
        "valid_until": "2020-01-01",
    },
]


def demo_rules() -> list[LegalRule]:
    return [
        LegalRule(
            id=f"rule-{kind}",
            kind=kind,
            days=10 if kind is CaseKind.REPORT else 15,
            unit=DayUnit.WORKING,
            legal_basis="Mức tạm áp dụng",
            wording={
                "vi": "15 ngày làm việc (tạm áp dụng)",
                "en": "15 working days (provisional)",
                "km": "១៥ ថ្ងៃធ្វើការ",
            },
            valid_from=date(2025, 7, 1),
        )
        for kind in CaseKind
    ]
