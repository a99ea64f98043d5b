"""A wrong or missing value names the variable, what was found, and what to set."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


def refusal(call, *args, **kwargs) -> str:
    with pytest.raises(ImproperlyConfigured) as caught:
        call(*args, **kwargs)
    return str(caught.value)


def test_text_without_default_is_required(monkeypatch):
    monkeypatch.delenv("THING", raising=False)

    assert refusal(env.text, "THING") == ("THING is not set; set it in the environment or in .env.")


def test_text_takes_an_empty_variable_for_an_unset_one(monkeypatch):
    monkeypatch.setenv("THING", "")

    assert env.text("THING", "fallback") == "fallback"


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("False", False)])
def test_flag_reads_true_and_false(monkeypatch, value, expected):
    monkeypatch.setenv("THING", value)

    assert env.flag("THING", not expected) is expected


def test_flag_refuses_yes(monkeypatch):
    monkeypatch.setenv("THING", "yes")

    assert refusal(env.flag, "THING", False) == "THING is 'yes'; use 'true' or 'false'."


@pytest.mark.parametrize("value", ["eight", "8.5", "0", "70000"])
def test_integer_refuses_what_is_no_port(monkeypatch, value):
    monkeypatch.setenv("THING", value)

    assert "use a whole number from 1 to 65535." in refusal(
        env.integer, "THING", 8000, least=1, most=65535
    )


def test_choice_lists_what_it_takes(monkeypatch):
    monkeypatch.setenv("THING", "prod")

    assert refusal(env.choice, "THING", "a", ("a", "b")) == "THING is 'prod'; use one of: a, b."


def test_url_refuses_another_scheme_and_a_port_that_is_no_number(monkeypatch):
    monkeypatch.setenv("THING", "mysql://db/x")
    assert "redis://" in refusal(env.url, "THING", schemes=("redis",))

    monkeypatch.setenv("THING", "redis://host:port/0")
    assert "no number" in refusal(env.url, "THING", schemes=("redis",))


def test_secret_comes_from_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("s3cret\n")
    monkeypatch.setenv("THING_FILE", str(tmp_path / "key"))
    monkeypatch.delenv("THING", raising=False)

    assert env.secret("THING") == "s3cret"


def test_secret_refuses_two_answers_and_a_missing_or_empty_file(monkeypatch, tmp_path):
    monkeypatch.setenv("THING_FILE", str(tmp_path / "gone"))
    monkeypatch.delenv("THING", raising=False)
    assert "cannot be read (No such file or directory)" in refusal(env.secret, "THING")

    (tmp_path / "gone").write_text("")
    assert "is empty" in refusal(env.secret, "THING")

    monkeypatch.setenv("THING", "x")
    assert "keep one of them" in refusal(env.secret, "THING")


def test_dotenv_fills_what_is_unset_and_names_a_bad_line(monkeypatch, tmp_path):
    monkeypatch.setenv("KEPT", "mine")
    monkeypatch.delenv("NEW", raising=False)
    (tmp_path / ".env").write_text("# a note\nexport NEW='a b' \nKEPT=theirs\n\nbroken line\n")

    assert ".env, line 5: 'broken line' is not NAME=value" in refusal(
        env.load_dotenv, tmp_path / ".env"
    )
    assert env.text("NEW") == "a b"
    assert env.text("KEPT") == "mine"


def test_generated_value_is_made_once_and_for_the_owner_only(monkeypatch, tmp_path):
    monkeypatch.delenv("THING", raising=False)
    path = tmp_path / "keys" / "thing"

    first = env.generated("THING", path, lambda: "one")
    second = env.generated("THING", path, lambda: "two")

    assert (first, second) == ("one", "one")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["thing"]


def test_generated_value_refuses_an_empty_file(monkeypatch, tmp_path):
    monkeypatch.delenv("THING", raising=False)
    (tmp_path / "thing").write_text("")

    assert "delete it, and a new value is made" in refusal(
        env.generated, "THING", tmp_path / "thing", lambda: "x"
    )
