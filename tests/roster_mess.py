"""Lists as messy as people make them, by a seed, each with its own answer key.

A key says for every line which verdict it must get and which notes, so that a reader of lists can
be measured against lists that nobody has looked at. The generator shares no code with the reader:
what it plants, it writes down.
"""

import csv
import io
import random
from dataclasses import dataclass, field

import openpyxl

FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
ZERO_WIDTH = ["\u200b", "\ufeff", "\u2060"]
HEADS = {
    "nickname": ["昵称", " 昵称", "网名", "群昵称", "Nickname", "*昵称", "昵称（必填）"],
    "phone": ["手机号", "手机号 ", "联系电话", "电话", "手 机 号", "Phone"],
    "email": ["邮箱", "电子邮箱", "E-mail", "邮箱地址"],
    "place": ["城市", "　城市", "所在城市", "坐标"],
    "occupation": ["职业", "工作", "职业:"],
    "sentence": ["一句话介绍", "自我介绍", "简介"],
    "needs": ["想要", " 想要", "我想要"],
    "offers": ["能给", "能给 ", "擅长"],
    "joined": ["报名时间", "填写时间", "提交时间"],
    "name": ["姓名", "真实姓名"],
    "remark": ["备注", "内部备注"],
}
NAMES = [
    "阿禾",
    "小满",
    "豆包",
    "石榴",
    "松鼠",
    "海盐",
    "砚台",
    "铅笔",
    "灯塔",
    "蘑菇",
    "萝卜",
    "橘子👩‍🌾",
]
DALI = ["大理", "大理市", "大理州", "云南大理", "Dali", "云南省大理白族自治州", "大 理", "DALI"]
CITIES = ["杭州", "杭州市", "浙江杭州", "成都", "北京市", "上海", "广西桂林", "Kunming"]
SEPARATORS = ["、", "，", ",", "/", "；", ";", " ", "|"]
WORDS = ["会做饭", "会理发", "能开车", "写毛笔字", "学拍视频", "改简历"]
TOTALS = ["合计", "总计：", "共计", "Total"]


@dataclass
class Line:
    """One record and what must be said of it. ``of`` is the record whose person it is."""

    cells: dict[str, str]
    verdict: str = "new"
    notes: set[str] = field(default_factory=set)
    of: "Line | None" = None
    line: int = 0
    more: list[str] = field(default_factory=list)
    short: int = 0
    place_code: str = ""
    phone: str = ""
    email: str = ""


@dataclass
class Mess:
    """A file and its key: {line: (verdict, notes, line of the same person)}."""

    name: str
    data: bytes
    key: dict[int, tuple[str, frozenset[str], int | None]]
    people: int
    lines: list[Line]


class Maker:
    """Makes one list from one seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.serial = 0
        self.order = self._columns()

    def _columns(self) -> list[str]:
        kinds = ["nickname", "phone", "email", "place", "occupation", "sentence", "needs", "offers"]
        kinds += [kind for kind in ("joined", "name", "remark") if self.chance.random() < 0.7]
        self.chance.shuffle(kinds)
        return kinds

    def person(self) -> Line:
        """Somebody whole, whose e-mail and phone nobody else has."""
        self.serial += 1
        phone, email = f"138{self.serial:08}", f"p{self.serial}@example.org"
        return Line(
            {
                "nickname": f"{self.chance.choice(NAMES)}{self.serial}",
                "phone": phone,
                "email": email,
                "place": self.chance.choice(CITIES),
                "occupation": self.chance.choice(["木匠", "护士", "裸辞中"]),
                "sentence": self.chance.choice(["先写字再说。", "想把故事写成一本小册子。"]),
                "needs": self.list_of(),
                "offers": self.list_of(),
                "joined": self.chance.choice(
                    [
                        "2026/10/1",
                        "2026-10-02 8:05",
                        "2026-10-03 08:05:06",
                        "10月4日",
                        "2026年10月5日",
                    ]
                ),
                "name": "某某",
                "remark": self.chance.choice(["", "朋友推荐"]),
            },
            phone=phone,
            email=email,
        )

    def list_of(self) -> str:
        words = self.chance.sample(WORDS, self.chance.randint(1, 3))
        return self.chance.choice(SEPARATORS).join(words)

    # What is untidy and not wrong: the person is whole.

    def phone_dressed(self, line: Line) -> None:
        number = line.phone
        line.cells["phone"] = self.chance.choice(
            [
                f"{number[:3]}-{number[3:7]}-{number[7:]}",
                f" {number[:3]} {number[3:7]} {number[7:]} ",
                f"+86 {number}",
                f"0086{number}",
                f"+86-{number}",
                number.translate(FULL_WIDTH),
                f"'{number}",
                f"{number[:5]}\u200b{number[5:]}",
                f"{number}.0",
            ]
        )

    def email_dressed(self, line: Line) -> None:
        line.cells["email"] = self.chance.choice(
            [
                line.email.upper(),
                line.email.replace("@", "＠"),
                line.email.translate(FULL_WIDTH),
                f"{self.chance.choice(ZERO_WIDTH)}{line.email}",
                f" {line.email}　",
                f"mailto:{line.email}",
            ]
        )

    def in_dali(self, line: Line) -> None:
        line.cells["place"] = self.chance.choice(DALI)
        line.place_code = "532900"

    def invisible_in_text(self, line: Line) -> None:
        name = line.cells["nickname"]
        line.cells["nickname"] = name[:1] + self.chance.choice(ZERO_WIDTH) + name[1:]

    def quoted(self, line: Line) -> None:
        line.cells["sentence"] = self.chance.choice(
            ['我说"先写", 后来真的写了。\n第二行：谢谢,大家', '逗号,引号",换行\n都有\n还有一行']
        )

    def without_phone(self, line: Line) -> None:
        line.cells["phone"] = self.chance.choice(["", "无", "-", "没有"])
        line.phone = ""

    def without_email(self, line: Line) -> None:
        line.cells["email"] = self.chance.choice(["", "无", "暂无"])
        line.email = ""

    # What is wrong or in doubt: the row says so.

    def mangled(self, line: Line) -> None:
        line.cells["phone"] = self.chance.choice(["1.38E+10", "1.4E+10", "1.38e+10", "1.380E+10"])
        line.phone = ""
        line.notes.add("phone_mangled")

    def incomplete(self, line: Line) -> None:
        line.cells["phone"] = self.chance.choice([line.phone[:10], line.phone + "1", "12345678901"])
        line.phone = ""
        line.notes.add("phone_incomplete")

    def no_address(self, line: Line) -> None:
        line.cells["email"] = self.chance.choice(
            [line.email.replace("@", "#"), "p@", "问我要", "a@b@example.org", "wx: p1"]
        )
        line.email = ""
        line.notes.add("email_invalid")

    def unreachable(self, line: Line) -> None:
        line.cells["phone"] = line.cells["email"] = ""
        line.phone = line.email = ""
        line.notes.add("no_contact")

    def nameless(self, line: Line) -> None:
        line.cells["nickname"] = self.chance.choice(["", " ", "　", "\u200b"])
        line.verdict = "reject"
        line.notes.add("no_nickname")

    def endless(self, line: Line) -> None:
        line.cells["sentence"] = "长" * self.chance.choice([121, 500, 3000])
        line.notes.add("sentence_too_long")

    def formula(self, line: Line) -> None:
        kind = self.chance.choice(["sentence", "occupation"])
        line.cells[kind] = self.chance.choice(
            ["=1+1", "@SUM(1+1)*2", "+我想加入", "-2+3+cmd|' /C calc'!A0", " =HYPERLINK(1)"]
        )
        line.notes.add("formula_like")

    def nowhere(self, line: Line) -> None:
        line.cells["place"] = self.chance.choice(["月球背面", "朝阳", "suzhou", "北京/上海"])
        line.notes.add("place_unknown")

    def too_many(self, line: Line) -> None:
        line.more = ["多出来的一列"] * self.chance.randint(1, 2)
        line.notes.add("too_many_cells")

    # Again the same person.

    def same_row(self, line: Line) -> Line:
        return Line(dict(line.cells), "same", line.notes | {"same_row"}, line)

    def same_email(self, line: Line) -> Line:
        copy = self.person()
        copy.cells |= {"email": line.email.title(), "phone": ""}
        copy.verdict, copy.of, copy.notes = "same", line, {"same_email"}
        return copy

    def same_phone(self, line: Line) -> Line:
        copy = self.person()
        copy.cells |= {"phone": f"{line.phone[:3]} {line.phone[3:]}", "email": ""}
        copy.verdict, copy.of, copy.notes = "same", line, {"same_phone"}
        return copy

    def shared_phone(self, line: Line) -> Line:
        other = self.person()
        other.cells["phone"] = other.phone = line.phone
        other.notes = {"phone_shared"}
        return other

    def lines(self, count: int) -> list[Line]:
        tidy = [
            self.phone_dressed, self.email_dressed, self.in_dali, self.invisible_in_text,
            self.quoted, self.without_phone, self.without_email,
        ]  # fmt: skip
        wrong = [
            self.mangled, self.incomplete, self.no_address, self.unreachable, self.nameless,
            self.endless, self.formula, self.nowhere, self.too_many,
        ]  # fmt: skip
        again = [self.same_row, self.same_email, self.same_phone, self.shared_phone]
        made: list[Line] = []
        # Each kind at least once, then more at random; a copy stands somewhere after its original.
        for change in [*tidy, *wrong, *self.chance.choices(tidy + wrong, k=count)]:
            line = self.person()
            change(line)
            made.append(line)
        plain = [self.person() for _ in range(count)]
        made += plain
        self.chance.shuffle(made)
        originals = self.chance.sample(plain, min(len(plain), 8))
        for number, original in enumerate(originals):
            copy = again[number % len(again)](original)
            made.insert(self.chance.randint(made.index(original) + 1, len(made)), copy)
        return made


def make(seed: int, *, count: int = 20, kind: str = "") -> Mess:
    """A list of the ``seed``; ``kind`` is "csv" or "xlsx", by chance unless told."""
    maker = Maker(seed)
    lines = maker.lines(count)
    kind = kind or maker.chance.choice(["csv", "csv", "xlsx"])
    data = (_csv if kind == "csv" else _xlsx)(maker, lines)
    key = {
        line.line: (line.verdict, frozenset(line.notes), line.of.line if line.of else None)
        for line in lines
    }
    people = sum(line.verdict == "new" for line in lines)
    return Mess(f"mess-{seed}.{kind}", data, key, people, lines)


def _heads(maker: Maker) -> list[str]:
    return [maker.chance.choice(HEADS[kind]) for kind in maker.order]


def _csv(maker: Maker, lines: list[Line]) -> bytes:
    chance = maker.chance
    encoding = chance.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=chance.choice([",", ",", "\t", ";"]))

    def put(cells: list[str]) -> int:
        begins = out.getvalue().count("\n") + 1
        writer.writerow(cells)
        return begins

    if chance.random() < 0.6:
        put(["冒泡写作营 第3期 报名表（导出于2026/11/01）"])
    if chance.random() < 0.3:
        put([])
    put(_heads(maker))
    for line in lines:
        while chance.random() < 0.06:
            put(chance.choice([[], [""] * len(maker.order), ["　"]]))
        line.line = put([*(line.cells[kind] for kind in maker.order), *line.more])
    if chance.random() < 0.6:
        put([chance.choice(TOTALS), f"{len(lines)}人"])
    return out.getvalue().encode(encoding)


def _xlsx(maker: Maker, lines: list[Line]) -> bytes:
    chance = maker.chance
    book = openpyxl.Workbook()
    sheet = book.active
    row = 1
    if chance.random() < 0.6:
        sheet.cell(1, 1, "冒泡写作营 2026 报名汇总")
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(maker.order))
        row = 2
    for column, head in enumerate(_heads(maker), start=1):
        sheet.cell(row, column, head)
    hidden = len(maker.order) + 4
    sheet.cell(row, hidden, "内部备注")
    sheet.column_dimensions[openpyxl.utils.get_column_letter(hidden)].hidden = True
    for line in lines:
        row += 1 if chance.random() > 0.05 else 2
        line.line = row
        for column, text in enumerate([*(line.cells[k] for k in maker.order), *line.more], 1):
            cell = sheet.cell(row, column)
            is_number = text.isascii() and text.isdecimal() and chance.random() < 0.5
            cell.value = int(text) if is_number else text
            if isinstance(text, str) and text.startswith("="):
                cell.data_type = "s"  # a text that begins like a formula, not a formula
        sheet.cell(row, hidden, "欠费两次")
    if chance.random() < 0.6:
        sheet.cell(row + 1, 1, "合计")
    book.create_sheet("说明")["A1"] = "隐藏列不要导入"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
