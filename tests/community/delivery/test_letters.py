"""The mails of a run: rendered once, and in each only what is its reader's own."""

import copy
import datetime as dt
import re

import pytest
import time_machine
from django.db import DatabaseError, transaction

from community import clock
from community.channels import ReadyMail
from community.models import OutboxMessage, Run
from community.registry import Personal, PersonalLetter, personal_letters
from community.services import delivery, letters, mail, outbox
from community.services.letters import Letters
from tests.community.delivery.helpers import begun, delivered, html_of, text_of
from tests.factories import MemberFactory

PARTS = {
    "subject.txt": "{{ title }}",
    "txt": "{% load i18n %}{{ title }}\n\n{{ line }}\n\n{{ settings_url }}\n{{ off_url }}\n",
    "html": "<h1>{{ title }}</h1><p>{{ line }}</p><a href='{{ off_url }}'>x</a>{{ subject }}",
}
OWN = {
    "txt": "{{ title }}\n\n{{ personal_text }}\n\n{{ off_url }}\n",
    "html": "<p>{{ title }}</p>{{ personal_html }}<p>{{ off_url }}</p>",
}


@pytest.fixture
def template(tmp_path, settings):
    """Writes the parts of the mail ``x/<name>``."""
    changed = copy.deepcopy(settings.TEMPLATES)
    changed[0]["DIRS"].append(tmp_path)
    settings.TEMPLATES = changed

    def write(name="said", **parts):
        folder = tmp_path / "x" / "email"
        folder.mkdir(parents=True, exist_ok=True)
        for part, text in {**PARTS, **parts}.items():
            (folder / f"{name}.{part}").write_text(text, encoding="utf-8")
        return f"x/{name}"

    return write


@pytest.fixture
def rendered(monkeypatch):
    """How often a template was rendered."""
    calls, real = [], mail.rendered
    monkeypatch.setattr(mail, "rendered", lambda *told: calls.append(told[0]) or real(*told))
    return calls


@pytest.fixture
def letter():
    """Registers a personal letter for the template ``x/own``."""

    def register(compose, settled=None):
        personal_letters.register("x/own", PersonalLetter(compose, settled))

    yield register
    if "x/own" in personal_letters:
        personal_letters.unregister("x/own")


def a_run(template, subject="1", **changes):
    told = {"title": "早上好", "line": "第三天 & <b>"}
    return Run.objects.create(
        what="test",
        subject=subject,
        local_date=dt.date(2026, 3, 2),
        template=template,
        context=told,
        **changes,
    )


def mails_of(run, *members, **changes):
    """What a fan-out writes: nothing that its run says already."""
    return OutboxMessage.objects.bulk_create(
        OutboxMessage(
            key=f"{run.public_id}:{member.pk}:email",
            run=run,
            member=member,
            template="",
            message_id="",
            expires_at=clock.now() + dt.timedelta(hours=1),
            **{"kind": "answer"} | changes,
        )
        for member in members
    )


def test_mail_of_a_run_says_what_the_run_says_and_is_rendered_twice_for_all(db, template, rendered):
    members = MemberFactory.create_batch(5, locale="en")
    rows = mails_of(a_run(template()), *members)

    found = delivered()

    assert len(rendered) == 2  # with two kinds of words in the holes
    assert {message["To"] for message in found} == {member.email for member in members}
    assert {message["Message-ID"] for message in found} == {
        f"<{row.public_id}@localhost>" for row in rows
    }
    for message in found:
        assert message["Subject"] == "早上好"
        assert "第三天 & <b>" in text_of(message)
        assert "第三天 &amp; &lt;b&gt;" in html_of(message)


def test_spliced_mail_is_the_one_that_would_have_been_built(db, template, monkeypatch):
    rows = mails_of(a_run(template()), *MemberFactory.create_batch(3))

    def told(messages):
        return sorted(
            ([(k, v) for k, v in m.items() if k not in {"Content-Type", "Date"}], text_of(m), html_of(m))
            for m in messages
        )  # fmt: skip

    spliced = told(delivered())
    OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).update(
        state="queued", settled_at=None
    )
    monkeypatch.setattr(letters, "_shares", lambda row: False)

    assert told(delivered()) == spliced
    assert len(spliced) == 3


def test_each_reader_has_the_link_of_her_own_and_no_other(db, template):
    members = MemberFactory.create_batch(4)
    mails_of(a_run(template()), *members)

    found = delivered()

    links = {message["List-Unsubscribe"].strip("<>") for message in found}
    assert len(links) == 4
    for message in found:
        own = message["List-Unsubscribe"].strip("<>")
        shown = f"{text_of(message)}{html_of(message)}{message.as_string()}"
        assert own in text_of(message)
        assert own in html_of(message)
        assert not any(other in shown for other in links - {own})


def test_languages_and_runs_of_one_batch_are_kept_apart(db, template, rendered):
    first = a_run(template(**{"subject.txt": "{{ title }} {{ language_code }}"}))
    second = a_run(first.template, "2")
    Run.objects.filter(pk=second.pk).update(context={"title": "晚安", "line": ""})
    for run in (first, second):
        mails_of(run, MemberFactory(locale="en"), MemberFactory(locale="zh-hans"))

    found = {(message["Subject"], message["Content-Language"]) for message in delivered()}

    assert found == {
        ("早上好 en", "en"),
        ("早上好 zh-hans", "zh-Hans"),
        ("晚安 en", "en"),
        ("晚安 zh-hans", "zh-Hans"),
    }
    assert len(rendered) == 8


@pytest.mark.parametrize(
    "text",
    [
        "{{ reader.display_name }} {{ off_url }}.",
        "{% if reader %}{{ off_url }}{% endif %}{{ reader.handle }}.",
        "{% with who=reader %}{{ who.handle }} {{ who.display_name }}{% endwith %}.",
        "{% for one in lines %}{{ one }}{% endfor %}{{ reader.display_name|default:'x' }}.",
    ],
)
def test_template_that_looks_at_its_reader_is_rendered_for_each(db, template, rendered, text):
    members = [MemberFactory(display_name=f"canary{n}", handle=f"canary{n}") for n in range(3)]
    mails_of(a_run(template(txt=text)), *members)

    found = delivered()

    assert len(rendered) == 5  # two to find out, and one for each
    for message in found:
        seen = set(re.findall(r"canary\d", text_of(message) + html_of(message)))
        assert seen == {message["To"] and next(
            m.display_name for m in members if m.email == message["To"]
        )}  # fmt: skip


@pytest.mark.parametrize(
    "text", ["{{ off_url|upper }}.", "{{ off_url|length }}.", "{{ off_url|truncatechars:9 }}."]
)
def test_template_that_works_on_a_hole_is_rendered_for_each(db, template, rendered, text):
    mails_of(a_run(template(txt=text)), *MemberFactory.create_batch(2))

    found = delivered()

    assert len(rendered) == 4
    url = found[0]["List-Unsubscribe"].strip("<>")
    wanted = {url.upper(), str(len(url)), url[:8] + "…"}
    assert text_of(found[0]).strip().strip(".") in wanted


def test_rare_address_is_written_in_the_other_way(db, template):
    mails_of(a_run(template()), MemberFactory(email="ada@例子.中国"), MemberFactory())

    assert "ada@xn--fsqu00a.xn--fiqs8s" in {message["To"] for message in delivered()}


def test_message_with_words_of_its_own_is_not_shared(db, template):
    run = a_run(template())
    first, second = MemberFactory.create_batch(2)
    mails_of(run, first, context={"line": "canary"})
    mails_of(run, second)

    texts = {message["To"]: text_of(message) for message in delivered()}

    assert "canary" in texts[first.email]
    assert "canary" not in texts[second.email]


def test_template_of_a_run_that_is_broken_is_dead_with_its_error(db, template):
    mails_of(a_run(template(html="{% nonsense %}")), MemberFactory())
    mails_of(a_run("x/nowhere", "2"), MemberFactory())

    delivery.drain()

    dead = OutboxMessage.objects.filter(state="dead", reason="broken")
    assert dead.filter(error__contains="nowhere").count() == 1
    assert dead.filter(error__contains="nonsense").count() == 1


def compose(rows, now):
    return {
        row.pk: Personal(f"canary {row.member.handle}\r\n好", f"<b>canary {row.member.handle}</b>")
        for row in rows
    }


def test_personal_part_reaches_its_reader_and_nobody_else(db, template, letter, rendered):
    letter(compose)
    members = MemberFactory.create_batch(4)
    mails_of(a_run(template("own", **OWN)), *members)

    found = delivered()

    assert len(rendered) == 2
    handles = {member.email: member.handle for member in members}
    for message in found:
        own = handles.pop(message["To"])
        assert f"canary {own}\n好" in text_of(message)
        assert f"<b>canary {own}</b>" in html_of(message)
        assert len(re.findall("canary", text_of(message) + html_of(message))) == 2
    assert not handles


def test_personal_text_is_escaped_in_the_html_in_both_ways(db, template, letter, monkeypatch):
    letter(lambda rows, now: {row.pk: Personal("a < b", "<i>c</i>") for row in rows})
    run = a_run(template("own", **OWN | {"html": "{{ personal_text }}{{ personal_html }}"}))
    mails_of(run, MemberFactory())
    mails_of(run, MemberFactory(), context={"more": 1})

    found = delivered()

    assert [html_of(message).strip() for message in found] == ["a &lt; b<i>c</i>"] * 2
    assert all("a < b" in text_of(message) for message in found)


def test_who_has_nothing_new_gets_no_mail_and_the_letter_is_told(db, template, letter):
    told = []
    first, second = MemberFactory.create_batch(2)

    def half(rows, now):
        return {row.pk: Personal("x", "x") if row.member == first else None for row in rows}

    letter(half, lambda rows: told.append({row.member_id for row in rows}))
    mails_of(a_run(template("own", **OWN)), first, second)

    assert [message["To"] for message in delivered()] == [first.email]

    assert OutboxMessage.objects.get(member=second).reason == "nothing_new"
    assert told == [{second.pk}, {first.pk}]


def test_letter_is_asked_once_for_a_batch_and_told_in_the_transaction_of_the_statuses(
    transactional_db, template, letter, monkeypatch
):
    asked, inside = [], []

    def settled(rows):
        inside.append(transaction.get_connection().in_atomic_block)
        assert OutboxMessage.objects.filter(state="sent").count() == 3

    letter(lambda rows, now: asked.append(len(rows)) or compose(rows, now), settled)
    mails_of(a_run(template("own", **OWN)), *MemberFactory.create_batch(3))

    delivery.drain()

    assert (asked, inside) == ([3], [True])


def test_sweep_tells_the_letter_of_what_a_dead_sender_had_sent(db, template, letter):
    told = []
    letter(compose, lambda rows: told.extend(row.pk for row in rows))
    mails_of(a_run(template("own", **OWN)), *MemberFactory.create_batch(3))
    rows = outbox.claim(queue="bulk", limit=10)
    begun(rows[0], done=True)
    begun(rows[1])

    with time_machine.travel(clock.now() + dt.timedelta(seconds=181)):
        outbox.sweep()

    assert told == [rows[0].pk]


def test_letter_that_breaks_for_one_reader_keeps_back_nobody_else(db, template, letter):
    broken, *others = MemberFactory.create_batch(3)

    def breaks(rows, now):
        if any(row.member == broken for row in rows):
            raise ZeroDivisionError("a bug")
        return compose(rows, now)

    letter(breaks)
    mails_of(a_run(template("own", **OWN)), broken, *others)

    assert {message["To"] for message in delivered()} == {one.email for one in others}
    row = OutboxMessage.objects.get(member=broken)
    assert (row.state, row.reason, row.error) == ("dead", "broken", "ZeroDivisionError: a bug")


def test_letter_that_breaks_when_it_is_told_keeps_no_status_from_being_written(
    db, template, letter
):
    def breaks(rows):
        raise ZeroDivisionError("a bug")

    letter(compose, breaks)
    mails_of(a_run(template("own", **OWN)), MemberFactory())

    assert len(delivered()) == 1
    assert OutboxMessage.objects.get().state == "sent"


def test_database_that_fails_when_a_letter_is_told_takes_the_statuses_back(
    transactional_db, template, letter
):
    def gone(rows):
        raise DatabaseError

    letter(compose, gone)
    mails_of(a_run(template("own", **OWN)), MemberFactory())

    with pytest.raises(DatabaseError):
        delivery.drain()

    assert OutboxMessage.objects.get().state == "sending"


@pytest.mark.parametrize("part", ["txt", "html"])
@pytest.mark.parametrize("shown", ["", "{{ personal_text|upper }}{{ personal_html|upper }}"])
def test_template_that_does_not_show_what_is_personal_is_broken(db, template, letter, part, shown):
    letter(compose)
    mails_of(a_run(template("own", **OWN | {part: f"{shown}."})), *MemberFactory.create_batch(2))

    delivery.drain()

    assert set(OutboxMessage.objects.values_list("state", "reason")) == {("dead", "broken")}


def test_letters_of_a_run_are_ready_and_others_are_not(db, template):
    [row] = mails_of(a_run(template()), MemberFactory())
    outbox.fetch_members_and_runs([row])
    sender = delivery.channels.all_senders()[0]

    assert isinstance(Letters([row], clock.now()).letter(row, sender), ReadyMail)
    assert not isinstance(Letters([row], clock.now()).letter(row, None), ReadyMail)
