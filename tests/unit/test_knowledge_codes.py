"""Codes as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.codes import CodeKind, find_code, find_codes, normalise, procedure_base

OLD = "000.00.12.H59-231105-0004"
NEW = "G22.99.08-260921-896048"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (OLD, OLD),
        ("000.00.12.h59-231105-0004", OLD),
        ("000 . 00 . 12 . h59 - 231105 - 0004", OLD),
        ("OOO.OO.12.H59–2311O5–0004", OLD),
        ("0000012H59-231105-0004", OLD),
        ("0000012H592311050004", OLD),
        ("000.00.12.H59 231105 0004", OLD),
        ("000,00,12,H59-231105-0004", OLD),
        ("０００．００．１２．Ｈ５９－２３１１０５－０００４", OLD),
        ("000.00.12.H59\u2011231105\u2212000\u200b4", OLD),
        ("000.00.12.Đ59-231105-0004", "000.00.12.D59-231105-0004"),
        ("000.00.12.đ59-231105-0004567", "000.00.12.D59-231105-0004567"),
        (NEW, NEW),
        ("g229908-260921-896048", NEW),
        ("g22.99.08 - 260921 - 896048", NEW),
        ("H59-231105-0004", "H59-231105-0004"),
        ("G22.99.08.001-260921-1234567", "G22.99.08.001-260921-1234567"),
        ("03706/2026/07906", "03706/2026/07906"),
    ],
)
def test_dossier_codes_in_all_shapes(typed: str, value: str) -> None:
    text = f"cho hỏi hồ sơ {typed}, tới đâu rồi ạ?"
    [code] = find_codes(text)
    assert (code.kind, code.value) == (CodeKind.DOSSIER, value)
    assert text[code.start : code.end] == typed
    assert normalise(typed, CodeKind.DOSSIER) == value


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("HD-2026-000123", "HD-2026-000123"),
        ("hd 2026 123", "HD-2026-000123"),
        ("HĐ-2026-000123", "HD-2026-000123"),
        ("pa2026000045", "PA-2026-000045"),
        ("PK–2026–7", "PK-2026-000007"),
        ("dx/2026/000001", "DX-2026-000001"),
        ("tt-2o26-000009", "TT-2026-000009"),
    ],
)
def test_case_codes(typed: str, value: str) -> None:
    assert [(c.kind, c.value) for c in find_codes(f"câu {typed} của tôi")] == [
        (CodeKind.CASE, value)
    ]


@pytest.mark.parametrize(
    "typed", ["1.012275", "1.003695.000.00.00.H36", "1.012275.H36", "2.002023.000.00.00.H36"]
)
def test_procedure_codes_are_told_apart(typed: str) -> None:
    assert [(c.kind, c.value) for c in find_codes(f"thủ tục {typed}.")] == [
        (CodeKind.PROCEDURE, typed)
    ]


def test_a_space_slips_into_a_procedure_code() -> None:
    assert [c.value for c in find_codes("mã 1 .014064 là gì")] == ["1.014064"]
    assert find_codes("mục 1. 200000 đồng") == []


def test_the_national_part_of_a_procedure_code() -> None:
    assert procedure_base("1.003695.000.00.00.H36") == "1.003695"


@pytest.mark.parametrize(
    "typed",
    [
        "000.00.12.H59-2311",
        "000.00.12.H59",
        "000.00.12",
        "000.00.12.H59-231345-0004",  # no month 13
        "000.00.12.H59-231105-004",
        "G22.99.08-26",
        "H59.12.03.001-231105-12",
    ],
)
def test_the_beginning_of_a_code_is_reported_as_typed(typed: str) -> None:
    [code] = find_codes(f"mã {typed} nha")
    assert (code.kind, code.value) == (CodeKind.MALFORMED, typed)


@pytest.mark.parametrize(
    "text",
    [
        "gọi 0903 123 456 hoặc 090.12.34.567",
        "máy 192.168.1.1",
        "giá 1.012.275 đồng",
        "ngày 12/11/2026, quyết định 20/2020/QĐ-TTg",
        "căn hộ A12.05",
        "thông tư 01/2018/TT-VPCP",
        "đường tỉnh 915, quốc lộ 53",
        "căn cước 084203001234",
    ],
)
def test_other_numbers_are_no_codes(text: str) -> None:
    assert find_codes(text) == []


def test_several_codes_keep_their_order() -> None:
    text = f"{NEW} và {OLD}, thủ tục 1.012275"
    assert [c.value for c in find_codes(text)] == [NEW, OLD, "1.012275"]
    found = find_code(text, CodeKind.PROCEDURE)
    assert found is not None
    assert found.value == "1.012275"


def test_a_text_around_the_code_is_not_a_code() -> None:
    assert normalise(f"mã {OLD}", CodeKind.DOSSIER) is None
    assert normalise(OLD, CodeKind.CASE) is None


CODE_LIKE = st.text(alphabet="0oO123456789.HhGĐđ- –－/,hdpa \u200b", max_size=40)


@given(CODE_LIKE | st.text(max_size=40))
def test_never_an_exception_and_offsets_are_valid(text: str) -> None:
    end = 0
    for code in find_codes(text):
        assert end <= code.start < code.end <= len(text)
        end = code.end


@given(st.lists(st.integers(0, 99), min_size=1, max_size=5), st.integers(0, 9_999_999))
def test_a_normal_form_is_its_own_normal_form(groups: list[int], serial: int) -> None:
    unit = ".".join(f"{group:02}" for group in groups)
    code = f"G{unit}-260921-{serial:04}"
    assert normalise(code, CodeKind.DOSSIER) == code
    assert normalise(code.lower().replace("0", "o"), CodeKind.DOSSIER) == code
