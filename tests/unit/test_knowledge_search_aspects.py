"""Which side of a procedure is asked about: its papers, its fee, how long, where, how."""

import pytest

from knowledge.search import Aspect, aspect
from knowledge.text import fold

ASKED = [
    (Aspect.PAPERS, "làm khai sinh phải cầm theo cái gì"),
    (Aspect.PAPERS, "đi đổi bằng lái thì hồ sơ có những giấy nào"),
    (Aspect.PAPERS, "đăng ký kết hôn yêu cầu giấy tờ ra sao"),
    (Aspect.PAPERS, "xin giấy phép xây dựng phải nộp những loại giấy chi"),
    (Aspect.PAPERS, "cần photo mấy bản căn cước khi sang tên xe"),
    (Aspect.PAPERS, "hồ sơ tách thửa gồm các thành phần nào"),
    (Aspect.FEE, "sang tên xe máy đóng bao nhiêu"),
    (Aspect.FEE, "làm hộ chiếu hết bao nhiêu tiền vậy"),
    (Aspect.FEE, "lệ phí cấp lại căn cước là mấy"),
    (Aspect.FEE, "công chứng một trang giá bao nhiêu"),
    (Aspect.FEE, "gửi con ở nhà trẻ phường bao nhiêu hàng tháng vậy"),
    (Aspect.FEE, "đổi bằng lái tốn kém không"),
    (Aspect.FEE, "khai sinh có mất đồng nào không"),
    (Aspect.FEE, "đăng ký thường trú có thu phí không"),
    (Aspect.TIME, "đổi bằng lái bao lâu thì có"),
    (Aspect.TIME, "làm sổ đỏ chừng bao lâu mới lấy được"),
    (Aspect.TIME, "nộp hồ sơ xin phép xây nhà xong mấy bữa có giấy"),
    (Aspect.TIME, "cấp lại cà vẹt phải chờ mấy ngày"),
    (Aspect.TIME, "hẹn mấy hôm lấy lý lịch tư pháp"),
    (Aspect.TIME, "giải quyết đăng ký kinh doanh trong bao nhiêu ngày làm việc"),
    (Aspect.PLACE, "làm căn cước ở chỗ nào"),
    (Aspect.PLACE, "sang tên đất thì nộp ở xã hay lên tỉnh"),
    (Aspect.PLACE, "khai tử đến cơ quan nào vậy"),
    (Aspect.PLACE, "xin lý lịch tư pháp nộp đơn đâu"),
    (Aspect.PLACE, "ra đâu để đăng ký tạm trú"),
    (Aspect.ONLINE, "đăng ký tạm trú làm trên mạng được không"),
    (Aspect.ONLINE, "nộp hồ sơ khai sinh qua dịch vụ công kiểu gì"),
    (Aspect.ONLINE, "ở nhà nộp đơn bằng điện thoại được hông"),
    (Aspect.FORM, "xin mẫu CT01 ở đâu"),
    (Aspect.FORM, "tờ khai đăng ký khai sinh tải ở đâu"),
    (Aspect.FORM, "cho em xin cái đơn mẫu đổi tên"),
    (Aspect.AMOUNT, "sinh con được nhận bao nhiêu tiền thai sản"),
    (Aspect.AMOUNT, "người già trên 75 mỗi tháng lãnh mấy trăm"),
    (None, "tôi muốn nhận con nuôi"),
    (None, "đất rộng bao nhiêu hecta mới được tách thửa"),
    (None, "mất bằng lái xe rồi làm lại"),
]


@pytest.mark.parametrize(("side", "text"), ASKED)
def test_the_side_asked_about_is_found(side: Aspect | None, text: str) -> None:
    assert aspect(text) is side


@pytest.mark.parametrize(("side", "text"), ASKED)
def test_the_side_is_found_without_diacritics(side: Aspect | None, text: str) -> None:
    assert aspect(fold(text)) is side
