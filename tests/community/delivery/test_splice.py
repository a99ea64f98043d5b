"""A spliced mail says to the letter what the same mail says that was built alone."""

import datetime as dt
import email
import email.policy
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from community.channels import Mail
from community.channels.mime import build
from community.channels.splice import Frame, Unfit

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
ORIGIN = ("沙里金", "hello@example.org")
HOLES = ("zzoneholezz", "zzotherholezz")
# All that a text may hold, but half of a pair and the other ends of lines.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=120)
long_texts = texts.map(lambda text: text * 4)
pieces = st.tuples(long_texts, long_texts, long_texts)
visible = st.text(st.sampled_from("ab0 好🌾é\n"), max_size=70).map(lambda text: f"[{text}]")


def a_mail(text, html, *, to=Frame.TO, message_id=Frame.ID, url=HOLES[0]):
    return Mail(
        to=to,
        subject="早上好 " * 12,
        text=text.strip() + "\n",
        html=html,
        message_id=message_id,
        date=NOON,
        locale="zh-Hans",
        headers={"List-Unsubscribe": f"<{url}>", "List-Id": "<digest.example.org>"},
    )


def parsed(content):
    message = email.message_from_bytes(content, policy=email.policy.default)
    boundary = message.get_boundary()
    headers = [(name, value.replace(boundary, "B")) for name, value in message.items()]
    parts = [(list(part.items()), part.get_payload(decode=True)) for part in message.iter_parts()]
    return headers, parts


def spliced_and_alone(text, html, values, url="https://example.org/off/abc.digest.sig/"):
    """What comes out of both ways, from a text of three pieces with two holes between them."""
    one, other = ({HOLES[0]: pair[0], HOLES[1]: pair[1]} for pair in values)
    with_holes = [f"{a}{HOLES[0]}{b}{HOLES[1]}{c}" for a, b, c in (text, html)]
    filled = [
        f"{a}{value[HOLES[0]]}{b}{value[HOLES[1]]}{c}"
        for (a, b, c), value in ((text, one), (html, other))
    ]
    frame = Frame(a_mail(*with_holes), ORIGIN, HOLES)
    content = frame.fill(
        to="ada@example.org",
        message_id="<m1@example.org>",
        headers={HOLES[0]: url},
        text=one,
        html=other,
    )
    alone = a_mail(*filled, to="ada@example.org", message_id="<m1@example.org>", url=url)
    return content, build(alone, ORIGIN).as_bytes()


@settings(deadline=None)  # a busy machine is no fault of a mail
@given(pieces, pieces, st.tuples(visible, visible), st.tuples(visible, visible))
@example(("", "", ""), ("", "", ""), ("[]", "[]"), ("[]", "[]"))
@example(("好" * 57, "🌾" * 30, "a"), ("b" * 200, "", "\n\n"), ("[一]", "[二二]"), ("[ab]", "[]"))
def test_spliced_mail_has_the_headers_and_parts_of_one_that_was_built_alone(
    text, html, in_text, in_html
):
    content, alone = spliced_and_alone(text, html, (in_text, in_html))

    assert parsed(content) == parsed(alone)
    assert max(map(len, content.split(b"\r\n"))) <= max(76, *map(len, alone.split(b"\r\n")))
    assert content.isascii()
    assert re.search(rb"(?<!\r)\n", content) is None


@pytest.mark.parametrize("before", range(60))
def test_every_remainder_is_carried_over_every_hole(before):
    static = "好" * 40
    for length in range(4):
        values = ("[" + "x" * length + "]", "[" + "🌾" * length + "]")

        content, alone = spliced_and_alone(
            ("a" * before + static, static, static), (static, "b", static), (values, values)
        )

        assert parsed(content) == parsed(alone)


@pytest.mark.parametrize("value", ["", " ", "a\n", "\u3000"])
def test_blank_at_the_edge_of_a_text_is_left_to_the_other_way(value):
    frame = Frame(a_mail(f"Hello {HOLES[0]}\n", f"<p>{HOLES[0]}</p>"), ORIGIN, HOLES)

    with pytest.raises(Unfit):
        fill(frame, text={HOLES[0]: value})


def fill(frame, **changes):
    told = {"to": "ada@example.org", "message_id": "<m1@example.org>"}
    told |= {name: {HOLES[0]: "x"} for name in ("headers", "text", "html")}
    return frame.fill(**told | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "a" * 60 + "@example.org"},
        {"to": "ada@example.org\r\nBcc: eve@example.org"},
        {"message_id": "<m1@example.org>\n"},
        {"headers": {HOLES[0]: "https://example.org/\r\nBcc: eve@example.org"}},
        {"headers": {HOLES[0]: "https://例子.cn/"}},
        {"html": {HOLES[0]: "a\rb"}},
    ],
)
def test_what_could_be_written_in_another_way_is_not_spliced(changes):
    frame = Frame(a_mail(f"Hello {HOLES[0]}!", f"<p>{HOLES[0]}</p>"), ORIGIN, HOLES)
    assert fill(frame)

    with pytest.raises(Unfit):
        fill(frame, **changes)


def test_subject_of_one_reader_is_not_spliced():
    letter = a_mail("Hello.", "<p>Hello.</p>")
    own = Mail(**letter.__dict__ | {"subject": f"For {HOLES[1]}"})

    with pytest.raises(Unfit, match="subject"):
        Frame(own, ORIGIN, HOLES)


def test_words_of_ours_cannot_be_guessed_by_who_writes_a_subject():
    names = [Frame.TO, Frame.ID, Frame.TEXT, Frame.HTML]

    assert all(re.search("[0-9a-f]{16}", name) for name in names)
    assert len({name.replace("zz", "") for name in names}) == 4
