"""Dossiers of the one-stop system: a copy of their states, without any person's data."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from knowledge.codes import CodeKind, normalise
from knowledge.rows import Cells, Row, RowError


class DossierStatus(IntEnum):
    """The ten states of the national one-stop standard, with its numbers."""

    REGISTERED = 1  # Mới đăng ký
    RECEIVED = 2  # Được tiếp nhận
    NOT_ACCEPTED = 3  # Không được tiếp nhận
    IN_PROGRESS = 4  # Đang xử lý
    PAPERS_WANTED = 5  # Yêu cầu bổ sung giấy tờ
    PAYMENT_WANTED = 6  # Yêu cầu thực hiện nghĩa vụ tài chính
    WITHDRAWN = 7  # Công dân yêu cầu rút hồ sơ
    STOPPED = 8  # Dừng xử lý
    FINISHED = 9  # Đã xử lý xong
    HANDED_OVER = 10  # Đã trả kết quả


class Degree(StrEnum):
    """All that may be told to somebody who only knows the code."""

    NOT_RECEIVED = "not_received"
    IN_PROGRESS = "in_progress"
    NEEDS_ACTION = "needs_action"
    RESULT_READY = "result_ready"


S, D = DossierStatus, Degree

DEGREES: dict[DossierStatus, Degree] = {
    S.REGISTERED: D.NOT_RECEIVED,
    S.RECEIVED: D.IN_PROGRESS,
    # Somebody told "not received" would wait; the applicant must come back with other papers.
    S.NOT_ACCEPTED: D.NEEDS_ACTION,
    S.IN_PROGRESS: D.IN_PROGRESS,
    S.PAPERS_WANTED: D.NEEDS_ACTION,
    S.PAYMENT_WANTED: D.NEEDS_ACTION,
    # The papers (and a letter of the office, when it stopped) wait for the applicant.
    S.WITHDRAWN: D.NEEDS_ACTION,
    S.STOPPED: D.NEEDS_ACTION,
    S.FINISHED: D.RESULT_READY,
    S.HANDED_OVER: D.RESULT_READY,
}


@dataclass(frozen=True, slots=True)
class Dossier:
    """Dates are days in Vietnam; `action_needed` is the office's own words."""

    code: str
    status: DossierStatus
    procedure_code: str = ""
    agency_code: str = ""
    received_on: date | None = None
    due_on: date | None = None
    action_needed: str = ""
    finished_on: date | None = None

    @property
    def degree(self) -> Degree:
        return DEGREES[self.status]


def parse_dossier_row(row: Row) -> Dossier:
    """Read one row.

    Raises:
        RowError: the code is not a dossier's, the status none of the ten, or a date no date.
    """
    cells = Cells(row)
    text = cells.required("code")
    code = normalise(text, CodeKind.DOSSIER)
    if code is None:
        raise RowError(f"is not a dossier code: {text!r}", "code")
    return Dossier(
        code=code,
        status=_status(cells.required("status")),
        procedure_code=cells.text("procedure_code"),
        agency_code=cells.text("agency_code"),
        received_on=cells.date("received_on"),
        due_on=cells.date("due_on"),
        action_needed=cells.text("action_needed"),
        finished_on=cells.date("finished_on"),
    )


def _status(text: str) -> DossierStatus:
    try:
        return DossierStatus(int(text))
    except ValueError:
        raise RowError(f"{text!r} is not a number from 1 to 10", "status") from None
