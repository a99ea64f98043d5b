"""Which row is the header, and which column is what. The table is the whole knowledge of it."""

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from community.services.roster.cells import folded, one_line
from community.services.roster.reading import Record, Table, UnreadableFile

# What we take, under the names that people give it. The first column of a kind wins; a second one
# fills in where it is empty.
TAKEN = {
    "nickname": "昵称 网名 花名 群昵称 群内昵称 称呼 你的昵称 nickname nick displayname",
    "email": "邮箱 电子邮箱 邮箱地址 电子邮件 邮件 邮件地址 qq邮箱 email e-mail mail emailaddress",
    "phone": "手机号 手机 手机号码 电话 电话号码 联系电话 联系方式 手机/电话 phone "
    "mobile tel telephone phonenumber cell",
    "place": "城市 所在城市 所在地 所在地区 地区 省市 省份 坐标 现居 现居地 现居城市 常住地 "
    "常住城市 居住地 city place location",
    "occupation": "职业 工作 行业 职位 岗位 身份 从事行业 occupation job profession work",
    "sentence": "一句话介绍 一句话介绍自己 一句话自我介绍 一句话 自我介绍 个人介绍 个人简介 "
    "简介 介绍 intro introduction about bio oneline onesentence",
    "needs": "想要 我想要 需要 需求 想找 希望得到 求 needs need wants want lookingfor",
    "offers": "能给 我能给 能提供 可提供 我能提供 提供 擅长 技能 资源 offers offer cangive skills",
    "joined": "报名时间 报名日期 填写时间 提交时间 提交日期 加入时间 入群时间 "
    "进群时间 登记时间 时间 日期 joined joinedat signedup date timestamp",
}
# A nickname of second choice: taken only where there is no column of the first.
NICKNAME_AFTER_ALL = "微信昵称 微信名 微信名称 wechatname wechatnickname"
# Known, and left where it is: more than an introduction needs.
NOT_TAKEN = (
    "姓名 真实姓名 名字 name realname fullname 微信号 微信 wechat wechatid 备注 内部备注 "
    "说明 remark remarks note notes 序号 编号 no id # 年龄 age 性别 gender sex 生日 "
    "身份证 身份证号 学号 "
    "微信昵称 微信名 微信名称 wechatname wechatnickname"
)
# A title above the header, or somebody's data: neither names so many columns.
SEARCHED_ROWS = 20
_YEAR = re.compile(r"(20\d\d)\s*(?:[年/.\-]|\D|$)")


@dataclass(frozen=True)
class Header:
    """Where each kind of answer stands. ``names`` are the headings as people read them."""

    line: int
    width: int
    columns: dict[str, tuple[int, ...]]
    names: tuple[str, ...]
    hidden: frozenset[int]
    year: int | None

    def left_out(self) -> list[str]:
        """The headings in sight that are not taken over."""
        taken = {column for columns in self.columns.values() for column in columns}
        return [
            name
            for column, name in enumerate(self.names)
            if name and column not in taken and column not in self.hidden
        ]

    def cells(self, record: Record, kind: str) -> str:
        """What a row answers: the first column of the kind that holds something."""
        for column in self.columns.get(kind, ()):
            if column < len(record.cells) and record.cells[column].strip():
                return record.cells[column]
        return ""


def _key(heading: str) -> str:
    """A heading without stars, colons, brackets and what stands in them."""
    plain = re.sub(r"[(\[【（].*?[)\]】）]", "", folded(heading))
    return re.sub(r"[*:：?？!！_\-\s“”\"']", "", plain)


def _by_key(words: str) -> set[str]:
    return {_key(word) for word in words.split()}


_KIND = {key: kind for kind, words in TAKEN.items() for key in _by_key(words)}
_SECOND_NICKNAME = _by_key(NICKNAME_AFTER_ALL)
_KNOWN = set(_KIND) | _by_key(NOT_TAKEN)


def find(table: Table) -> tuple[Header, list[Record]]:
    """(the header, the rows below it). Raises UnreadableFile when there is none, when no column
    holds a nickname, or when nobody stands below it."""
    records = table.records
    if not records:
        raise UnreadableFile(_("The file is empty. Export the list again and choose that file."))
    best = max(range(min(SEARCHED_ROWS, len(records))), key=lambda i: (_score(records[i]), -i))
    if _score(records[best]) < 2 and not _names_a_nickname(records[best]):
        raise UnreadableFile(
            _(
                "No row names the columns. Put headings above the list, such as 昵称, 手机号, "
                "邮箱, 城市."
            )
        )
    header = _header(records[best], records[:best], table)
    if "nickname" not in header.columns:
        raise UnreadableFile(
            _(
                "No column is called 昵称 (nickname), and everybody needs one. Line %(line)s has "
                "the headings: %(names)s. Rename the column with the nicknames to 昵称."
            )
            % {"line": header.line, "names": "、".join(name for name in header.names if name)[:200]}
        )
    rows = [record for record in records[best + 1 :] if not _repeats(record, records[best])]
    if not rows:
        raise UnreadableFile(
            _("Below the headings in line %(line)s there is nobody. Is this the right file?")
            % {"line": header.line}
        )
    return header, rows


def _score(record: Record) -> int:
    return len({_KIND.get(_key(cell), _key(cell)) for cell in record.cells if _key(cell) in _KNOWN})


def _names_a_nickname(record: Record) -> bool:
    keys = {_key(cell) for cell in record.cells}
    return any(_KIND.get(key) == "nickname" for key in keys) or bool(keys & _SECOND_NICKNAME)


def _repeats(record: Record, header: Record) -> bool:
    """A heading that was printed again on the next page."""
    if len(record.cells) != len(header.cells):
        return False
    pairs = zip(record.cells, header.cells, strict=True)
    return all(one == other or folded(one) == folded(other) for one, other in pairs)


def _header(record: Record, above: list[Record], table: Table) -> Header:
    columns: dict[str, list[int]] = {}
    keys = [_key(cell) for cell in record.cells]
    for column, key in enumerate(keys):
        if key in _KIND and column not in table.hidden:
            columns.setdefault(_KIND[key], []).append(column)
    if "nickname" not in columns:
        second = [column for column, key in enumerate(keys) if key in _SECOND_NICKNAME]
        if second:
            columns["nickname"] = second
    names = tuple(one_line(cell) for cell in record.cells)
    return Header(
        line=record.line,
        width=max((column + 1 for column, name in enumerate(names) if name), default=0),
        columns={kind: tuple(found) for kind, found in columns.items()},
        names=names,
        hidden=table.hidden,
        year=_year_in(above),
    )


def _year_in(titles: list[Record]) -> int | None:
    for record in titles:
        for cell in record.cells:
            if match := _YEAR.search(folded(cell)):
                return int(match[1])
    return None


def year_for(header: Header, today: dt.date) -> int:
    """The year of a date without one: the title's, else this year's."""
    return header.year or today.year
