"""What people shorten and how the south says it: written word → the word in full.

Only what has one meaning in letters to an office. Shortenings with two meanings are decided by
their neighbours (`READ_BY_NEIGHBOURS`). No meaning holds a key again: writing out twice changes
nothing.
"""

import re

_CHAT = """
    không: ko k kg kh khg hk hko hok hem hơm hông hong hổng khum kô hôg hg
    được: đc đươc dc đuọc đựoc
    gì: j zì dzì
    vậy: z v dz dzậy zậy vạy
    thế nào: tn
    như thế nào: ntn
    bao nhiêu: bn bnh bnhiu bnhiêu
    nhiêu: nhiu
    nhiều: nhìu
    mình: mk mik mh
    em: e
    anh: a
    chị: c
    mọi người: mn mng
    rồi: r rùi gòi òi roài
    quá: wa qá
    thôi: thui
    biết: bít bik bjt
    với: vs zới
    làm: lm mần
    người: ng ngừi
    người ta: ngta
    muốn: mún
    vợ: vk zợ dzợ
    chồng: ck
    trả lời: tl trl
    nhắn tin: ib
    liên hệ: lh
    thời gian: tg tgian
    à: ak
    ừ: uh uk
    dạ: zạ dzạ
    vô: zô dzô
    về: zề dzề dìa dzìa
    vui: zui dzui
    thanks: tks thks thx tkss
    please: plz pls
"""
_OFFICE = """
    đăng ký: dk đk đky dky
    số điện thoại: sđt sdt
    điện thoại: đt dt
    hồ sơ: hs hsơ
    giấy tờ: gtờ gt
    thủ tục hành chính: tthc
    thủ tục: ttuc
    giấy khai sinh: gks
    khai sinh: ks
    đăng ký khai sinh: đkks dkks
    căn cước công dân: cccd
    chứng minh nhân dân: cmnd cmt cmtnd
    giấy phép lái xe: gplx
    bằng lái xe: blx
    bảo hiểm y tế: bhyt
    bảo hiểm xã hội: bhxh
    bảo hiểm thất nghiệp: bhtn
    quyền sử dụng đất: qsdđ qsdd
    giấy chứng nhận: gcn
    giấy chứng nhận quyền sử dụng đất: gcnqsdđ gcnqsdd
    giấy phép xây dựng: gpxd
    giấy phép kinh doanh: gpkd
    đăng ký kinh doanh: đkkd dkkd
    đăng ký kết hôn: đkkh dkkh
    hộ kinh doanh: hkd
    doanh nghiệp: dn
    công ty: cty
    mã số thuế: mst
    thu nhập cá nhân: tncn
    lý lịch tư pháp: lltp
    khám chữa bệnh: kcb
    bệnh viện: bv
    ủy ban nhân dân: ubnd
    hội đồng nhân dân: hđnd hdnd
    mặt trận tổ quốc: mttq
    dịch vụ công: dvc
    dịch vụ công trực tuyến: dvctt
    tài nguyên môi trường: tnmt
    giao thông vận tải: gtvt
    lao động thương binh xã hội: lđtbxh ldtbxh
    bảo trợ xã hội: btxh
    cảnh sát giao thông: csgt
    phòng cháy chữa cháy: pccc
    cộng tác viên: ctv
    nhân viên: nv
    cơ quan: cq
    cán bộ: cb
    văn phòng: vp
    chủ tịch: ct
    phó chủ tịch: pct
    khu phố: kp
    thành phố: tp
    gia đình: gd
"""
_SOUTH = """
    bên ấy: bển
    trên ấy: trển
    trong ấy: trỏng
    ngoài ấy: ngoải
    ông ấy: ổng
    bà ấy: bả
    hôm ấy: hổm
    gửi: gởi
    bệnh: bịnh
    nhất: nhứt
    thật: thiệt
    sinh: sanh
    tính: tánh
    chứ: chớ
    tôi: tui
"""


def _read(table: str) -> dict[str, str]:
    found = {}
    for line in table.strip().splitlines():
        meaning, _, written = line.strip().partition(":")
        found.update({word: meaning for word in written.split() if word != meaning})
    return found


SHORTHAND = {**_read(_CHAT), **_read(_OFFICE), **_read(_SOUTH)}

#: Pattern → meaning, tried before the table, in this order; the pattern is one or two words.
READ_BY_NEIGHBOURS = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        # "dc" is also an address, "bh" insurance or "when"
        (
            r"\b[dđ]c (?=(?:của |cua )?(?:cơ quan|co quan|sở|ubnd|văn phòng|van phong|trụ sở))",
            "địa chỉ ",
        ),
        (r"\bbh(?= (?:y|xã|xa|thất|that|xe|nhân|nhan)\b)", "bảo hiểm"),
        (r"\bbh\b", "bao giờ"),
        # at the end of a question: "được hôn", "sao dậy"
        (r"(?<=\bđược )hôn\b|(?<=\bduoc )hon\b|(?<=\b[dđ]c )h[oô]n\b", "không"),
        (r"(?<=\bsao )dậy\b|(?<=\bgì )dậy\b|(?<=\bnào )dậy\b|(?<=\bđâu )dậy\b", "vậy"),
    )
)
