"""A chat that somebody has copied, taken apart into who said what when.

Pure: no row, no query, no clock. It reads what WeChat for the desktop copies (name, date and time on
a line, the words below), what it forwards (dates between dashes, name and time), what tools write
(date, time, name and words in one line), and Feishu. What it cannot read it keeps as words: nothing
that was pasted is ever dropped.
"""

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from community.services import chat_stamps as stamps

MESSAGE, SYSTEM, OTHER = "message", "system", "other"
DESKTOP, FORWARD, TOOL, FEISHU = "desktop", "forward", "tool", "feishu"
LONGEST_HEAD = 160

_I = re.IGNORECASE
_GAP = r"[ \t\u2005\u3000,，]+"
_ROBOT = r"(?:[ \t]*\[(?:机器人|应用|bot|app)\])?"
_HEAD = re.compile(
    rf"(?P<name>\S.*?){_ROBOT}{_GAP}[\[(（]?{stamps.DATE}[ ,，]*{stamps.TIME}[\])）]?[ \t]*\Z", _I
)
_SHORT_HEAD = re.compile(rf"(?P<name>\S.*?){_GAP}{stamps.TIME}[ \t]*\Z", _I)
_TOOL = re.compile(
    rf"[\[(（]?{stamps.DATE}[ ,，T]*{stamps.TIME}[\])）]?[ \t]*(?:[-–—][ \t]+)?(?P<rest>\S.*)\Z", _I
)
_NO_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\Z")  # a date that no calendar has
_DATE_LINE = re.compile(rf"[\s—–─=*_-]{{2,}}(?:{stamps.DATE})[\s—–─=*_-]{{2,}}\Z", _I)
_BARE_DATE = re.compile(
    rf"\s*(?:{stamps.FULL_DATE})\s*(?:星期.|周.|\(?[a-z]{{3,9}}day\)?)?\s*\Z", _I
)
_TITLE = re.compile(r".{0,60}(聊天记录|chat history).{0,20}\Z|\[转自.{1,60}\]\Z", _I)
_COLON = re.compile(r"[:：]")
_NUMBER = re.compile(r"[(（<]\d{5,12}[)）>]\Z")  # of QQ, behind the name
_DASHES = re.compile(r"\s*(?:[-–—─]\s?){5,}\Z")
_QUOTED = re.compile(r"「(.+)」\Z", re.DOTALL)
_REPLY = re.compile(r"(?:回复|reply to)\s(.{1,60}?)[:：]\s?(.*)\Z", _I)
_EDITED = re.compile(r"[（(](已编辑|edited)[)）]\Z", _I)
_REACTION = re.compile(r"(?P<mark>\S{1,8})[ \t]+(?P<who>\S.*)\Z")
_SYSTEM = tuple(
    re.compile(pattern, _I)
    for pattern in (
        r"(?:[\"“”].+[\"“”]|你|you|\S.{0,40}?)\s?(撤回了一条消息|recalled a message)(\s*重新编辑)?\Z",
        r"(?:[\"“”].+[\"“”]|你|you|\S.{0,40}?)\s?(邀请|invited)\s?.+(加入了?群聊|to the group( chat)?)\Z",
        r"(?:[\"“”].+[\"“”]|你|you)\s?(将|removed)\s?[\"“”].+[\"“”]\s?(移出了?群聊|from the group( chat)?)\Z",
        r"[\"“”].+[\"“”]与群里其他人都不是.*朋友关系.*\Z",
        r"[\"“”].+[\"“”]\s?(通过|via).*(加入群聊|joined).*\Z",
        r"(?:[\"“”].+[\"“”]|你|you)\s?(修改群名为|更改了群名|changed the group name).*\Z",
        r"(?:[\"“”].+[\"“”]|你|you)\s?(拍了拍|tickled).*\Z",
        r"[\"“”].+[\"“”]\s?(已成为新群主|joined the group( chat)?|left the group( chat)?|加入了?群聊|退出了?群聊).*\Z",
        r"[\"“”].+[\"“”]\s?is not a friend of .*\Z",
    )
)
# [图片], [强], and the like: a picture, a sticker, a face. Words may stand beside them.
_PLACEHOLDER = re.compile(r"\[[^\[\]\n]{1,14}\]")
_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Message:
    """``text`` is what ``speaker`` said ``at`` (by the clock of the chat), without what she quoted
    (``quote``); ``line`` is where it begins in the paste, the first line being 1.

    ``kind`` is message, system (somebody came, a message was called back) or other: words that
    belong to nobody. ``again`` says that an earlier paste in the same text holds it already.
    """

    speaker: str
    at: dt.datetime | None
    text: str
    line: int
    kind: str = MESSAGE
    quote: str = ""
    again: bool = False

    @property
    def is_quiet(self) -> bool:
        """Nothing that one could quote: a system line, a picture, a sticker, only faces."""
        return self.kind == SYSTEM or not _letters(_PLACEHOLDER.sub("", self.text))

    @property
    def words(self) -> str:
        """All of it, what was quoted included."""
        return f"{self.quote}\n{self.text}" if self.quote else self.text


@dataclass
class _Head:
    """A line that may begin a message. ``body`` is what of it is said already."""

    index: int
    form: str
    speaker: str
    at: dt.datetime | None
    body: str = ""


@dataclass
class _Reading:
    """What is known while the lines are gone through."""

    lines: Sequence[str]
    day: dt.date
    heads: dict[int, _Head] = field(default_factory=dict)
    dates: set[int] = field(default_factory=set)
    names: Counter[str] = field(default_factory=Counter)


def parse(text: str, *, day: dt.date) -> list[Message]:
    """Everything in ``text``, in its order. ``day`` is what a stamp without a date (or a year)
    means. Takes about 10 ms per thousand lines."""
    lines = _BREAK.split(text.removeprefix("\ufeff").replace("\x00", ""))
    reading = _Reading(lines, day)
    _find_heads(reading)
    _drop_false_heads(reading)
    return _mark_repeats(_messages(reading), reading)


def speakers(messages: Iterable[Message]) -> Counter[str]:
    """How many messages each of them wrote, as often as they stand in the paste."""
    return Counter(one.speaker for one in messages if one.kind == MESSAGE)


# Where messages begin -------------------------------------------------------


def _find_heads(reading: _Reading) -> None:
    """Lines that begin a message, each with its form. A line "name 20:30" is one only where the
    paste is a forwarded one: elsewhere it is words."""
    tools: list[tuple[int, re.Match[str]]] = []
    any_full = False
    for index, line in enumerate(reading.lines):
        if (match := _TOOL.match(line)) and stamps.read(match, day=reading.day):
            tools.append((index, match))
        elif len(line) <= LONGEST_HEAD and (match := _HEAD.match(line)):
            at = stamps.read(match, day=reading.day)
            if at is None:
                continue
            form = DESKTOP if match["y"] or match["y_us"] else FEISHU
            reading.heads[index] = _Head(index, form, match["name"].strip(), at)
            any_full = True
    reading.names.update(head.speaker for head in reading.heads.values())
    begun = [index for index, _match in tools]
    # Where nothing else begins a message, a stamp with a name and no words is what QQ writes.
    bare = not any_full and not any(_COLON.search(match["rest"]) for _index, match in tools)
    _find_forwarded(reading, forwarded=not any_full and not tools, stops={*reading.heads, *begun})
    for index, match in tools:
        at = stamps.read(match, day=reading.day)
        speaker, body = _name_and_words(match["rest"], reading.names)
        if bare and len(match["rest"]) <= LONGEST_HEAD // 2:
            speaker, body = _NUMBER.sub("", match["rest"]).strip(), ""
        if speaker:
            reading.heads[index] = _Head(index, TOOL, speaker, at, body)
            reading.names[speaker] += 1


def _find_forwarded(reading: _Reading, *, forwarded: bool, stops: set[int]) -> None:
    """Heads of name and time alone, after a line of the date (or a title); until another form
    begins. Before such a head the line is empty, or one of the system's."""
    date, inside, before = reading.day, forwarded, ""
    for index, line in enumerate(reading.lines):
        if index in stops:
            inside = False
        elif (
            match := _DATE_LINE.match(line)
            or (inside and not before.strip() and _BARE_DATE.match(line))
        ) and (found := stamps.read_date(match, day=reading.day)):
            date, inside = found, True
            reading.dates.add(index)
        elif _TITLE.match(line):
            inside = True
        elif inside and len(line) <= LONGEST_HEAD and (match := _SHORT_HEAD.match(line)):
            free = not before.strip() or index - 1 in reading.dates or _is_system(before)
            at = stamps.read(match, day=date)
            if free and at is not None and not _NO_DATE.search(match["name"]):
                reading.heads[index] = _Head(index, FORWARD, match["name"].strip(), at)
                reading.names[match["name"].strip()] += 1
        before = line


def _name_and_words(rest: str, names: Counter[str]) -> tuple[str, str]:
    """ "D3：晚风: text" taken apart. A name known from elsewhere wins; else the first colon with a
    space behind it ends the name, else the first colon at all. ("", …) for a line without any."""
    known = [
        name
        for name in names
        if rest.startswith(name) and rest[len(name) :].lstrip()[:1] in (":", "：")
    ]
    if known:
        name = max(known, key=len)
        return name, rest[len(name) :].lstrip().lstrip(":：").strip()
    for pattern in (r"(.{1,60}?)[:：](?:\s+|\Z)(.*)\Z", r"(.{1,60}?)[:：](.*)\Z"):
        if match := re.match(pattern, rest):
            return match[1].strip(), match[2].strip()
    return "", rest


def _drop_false_heads(reading: _Reading) -> None:
    """A message may say "开营 2026/11/20 19:00" on a line of its own. Such a line is no head if what
    comes after it was said before that, and nobody of that name speaks elsewhere."""
    order = [reading.heads[index] for index in sorted(reading.heads)]
    kept: list[_Head] = []
    for place, head in enumerate(order):
        after = order[place + 1] if place + 1 < len(order) else None
        alone = reading.names[head.speaker] < 2 and head.form != TOOL
        if kept and after and alone and after.form == head.form:
            last, this, then = kept[-1].at, head.at, after.at
            out_of_order = bool(last and this and then and last <= then < this)
            jumps = bool(last and this and this < last and then and then >= last)
            if out_of_order or jumps:
                del reading.heads[head.index]
                continue
        kept.append(head)


# What stands between them ---------------------------------------------------


def _messages(reading: _Reading) -> list[tuple[Message, str]]:
    """Each with the form of its head; "" where there is none."""
    found: list[tuple[Message, str]] = []
    lines, index, count = reading.lines, 0, len(reading.lines)
    while index < count:
        head = reading.heads.get(index)
        if head is None:
            if (line := lines[index]).strip() and index not in reading.dates:
                kind = SYSTEM if _is_system(line) else OTHER
                found.append((Message("", None, line.strip(), index + 1, kind), ""))
            index += 1
            continue
        index, body, loose = _body(reading, head)
        if message := _message(head, body, reading.names):
            found.append((message, head.form))
        found += loose
    return found


def _body(reading: _Reading, head: _Head) -> tuple[int, list[str], list[tuple[Message, str]]]:
    """(the line after it, the words, what stood there and belongs to nobody)."""
    index, body = head.index + 1, [head.body] if head.form == TOOL else []
    loose: list[tuple[Message, str]] = []
    while index < len(reading.lines) and index not in reading.heads:
        line = reading.lines[index]
        if index in reading.dates:
            pass
        elif _is_system(line) and any(part.strip() for part in body):
            loose.append((Message("", None, line.strip(), index + 1, SYSTEM), ""))
        elif _TITLE.match(line) and not reading.lines[index - 1].strip():
            loose.append((Message("", None, line.strip(), index + 1, OTHER), ""))
        else:
            body.append(line)
        index += 1
    return index, body, loose


def _message(head: _Head, body: list[str], names: Counter[str]) -> Message:
    quote, text = _own_words("\n".join(body).strip("\n").rstrip(), head.form, names)
    return Message(head.speaker, head.at, text.strip(), head.index + 1, quote=quote)


def _own_words(text: str, form: str, names: Counter[str]) -> tuple[str, str]:
    """(what she quoted, what she said). A reply of WeChat stands under 「…」 and a line of dashes,
    one of Feishu under "回复 X: …", which also writes reactions below."""
    parts = text.split("\n")
    for place, line in enumerate(parts):
        if place and _DASHES.match(line) and (match := _QUOTED.match("\n".join(parts[:place]))):
            return match[1], "\n".join(parts[place + 1 :])
    if form != FEISHU:
        return "", text
    while len(parts) > 1 and _is_aside(parts[-1].strip(), names):
        parts.pop()
    if len(parts) > 1 and (match := _REPLY.match(parts[0])):
        return f"{match[1]}: {match[2]}", "\n".join(parts[1:])
    return "", "\n".join(parts)


def _is_aside(line: str, names: Counter[str]) -> bool:
    """Under a message of Feishu: that it was edited, or who reacted with what."""
    if not line or _EDITED.match(line):
        return True
    match = _REACTION.match(line)
    if match is None:
        return False
    who = [name.strip() for name in re.split(r"[、,，]", match["who"])]
    if all(name in names for name in who):
        return True
    return who[0].isdecimal() and len(who) == 1 and not _letters(match["mark"])


def _is_system(line: str) -> bool:
    line = line.strip()
    return 3 < len(line) < 300 and any(pattern.match(line) for pattern in _SYSTEM)


def _letters(text: str) -> int:
    return sum(unicodedata.category(sign)[0] in "LN" for sign in text)


# Pasted twice ---------------------------------------------------------------


def _mark_repeats(found: list[tuple[Message, str]], reading: _Reading) -> list[Message]:
    """Somebody who pastes in pieces takes some messages twice. A new piece begins where the form
    changes or the clock runs backwards; what an earlier piece holds already is there again. Two
    equal messages within one piece ("+1", "+1") are two."""
    before: Counter[tuple[str, str, str]] = Counter()
    piece: Counter[tuple[str, str, str]] = Counter()
    last: tuple[str, dt.datetime | None] = ("", None)
    marked = []
    for message, form in found:
        if message.kind != MESSAGE:
            marked.append(message)
            continue
        backwards = bool(message.at and last[1] and _minute(message.at) < _minute(last[1]))
        if last[0] and (form != last[0] or backwards):
            for key, number in piece.items():
                before[key] = max(before[key], number)
            piece = Counter()
        key = (message.speaker, _folded(message.text), str(message.at and _minute(message.at)))
        piece[key] += 1
        marked.append(replace(message, again=piece[key] <= before[key]))
        last = (form, message.at or last[1])
    return marked


def _minute(at: dt.datetime) -> dt.datetime:
    return at.replace(second=0, microsecond=0)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
