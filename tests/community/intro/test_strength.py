"""How far a text has come: the published table and nothing else."""

import pytest
from django.urls import reverse

from community.services import strength
from community.services.answers import Answers
from tests.community.intro.helpers import PROUD, said


def test_the_table_comes_to_a_hundred():
    assert sum(part.points for part in strength.PARTS) == 100
    assert strength.strength_of(said()) == 100
    assert strength.strength_of(Answers()) == 0


@pytest.mark.parametrize(
    "proud, points",
    [
        (PROUD, 20),
        ("1234567890 " * 20, 0),
        ("啊" * 400, 0),
        ("哈哈嘿嘿" * 100, 0),
        ("！？。，" * 100, 0),
        ("短", 0),
        ("I kept the books of a small shop for nine years and never lost a receipt.", 20),
    ],
)
def test_length_and_digits_alone_bring_nothing(proud, points):
    assert strength.strength_of(Answers(proud=proud)) == points


def test_a_longer_text_is_worth_no_more_than_a_short_one():
    assert strength.strength_of(said(proud=PROUD * 5)) == strength.strength_of(said())
    assert strength.strength_of(said(proud=PROUD.replace("312", "几"))) == 100


@pytest.mark.parametrize(
    "line, points",
    [("1234567890123", 0), ("啊啊啊啊啊啊啊啊啊啊啊", 0), ("会修单车的语文老师在大理", 15)],
)
def test_a_sentence_has_to_say_something(line, points):
    assert strength.strength_of(Answers(line=line)) == points


@pytest.mark.parametrize(
    "points, word",
    [(0, "just begun"), (39, "just begun"), (40, "one begins to see you"), (80, "quite clear")],
)
def test_the_number_in_words(points, word):
    assert str(strength.word_for(points)) == word


@pytest.mark.django_db
def test_the_help_page_shows_the_very_table(client, monkeypatch):
    page = client.get(reverse("community:intro_rules")).content.decode()
    for part in strength.PARTS:
        assert str(part.rule) in page
        assert str(part.opens) in page
        assert f'<td class="num">{part.points}</td>' in page
    changed = (strength.Part("x", "A new rule", 7, 1, bool, "Seven for it.", "A door."),)
    monkeypatch.setattr(strength, "PARTS", changed)
    assert "Seven for it." in client.get(reverse("community:intro_rules")).content.decode()
