"""The accounts and limits of mail: what cannot be right is refused with what to write instead."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import mail

GOOD = {
    "address": '"hello@example.org"',
    "host": '"smtp.example.org"',
    "port": "465",
    "user": '"hello"',
    "per_hour": "200",
}


def write(tmp_path, **changes):
    told = {name: value for name, value in (GOOD | changes).items() if value}
    path = tmp_path / "senders.toml"
    path.write_text("[[sender]]\n" + "".join(f"{name} = {told[name]}\n" for name in told))
    return str(path)


def test_account_is_read_with_its_password(tmp_path):
    secret = tmp_path / "password"
    secret.write_text("s3cret\n")

    [sender] = mail.senders(write(tmp_path, password_file=f'"{secret}"'))

    assert (sender["scheme"], sender["password"]) == ("smtp+ssl", "s3cret")
    assert (sender["per_hour"], sender["per_day"]) == (200, 0)


def test_no_file_is_no_account():
    assert mail.senders("") == ()


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"port": "25"}, "port 25"),
        ({"port": "2525"}, 'write tls = "ssl" or "starttls"'),
        ({"tls": '"none"'}, "unencrypted"),
        ({"tls": '"maybe"'}, "use one of: ssl, starttls, none"),
        ({"host": ""}, "has no host"),
        ({"address": '"hello"'}, "is no address"),
        ({"port": '"465"'}, "port must be a whole number"),
        ({"per_day": "-1"}, "cannot be below 0"),
        ({"pasword": '"x"'}, "has 'pasword'"),
        ({"password_file": '"/nowhere/at/all"'}, "cannot be read"),
        ({"user": "no quotes"}, "is no TOML"),
    ],
)
def test_account_that_cannot_work_is_refused(tmp_path, changes, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        mail.senders(write(tmp_path, **changes))


def test_same_address_twice_is_refused(tmp_path):
    path = write(tmp_path)
    with open(path) as first:
        text = first.read()
    with open(path, "a") as second:
        second.write(text)

    with pytest.raises(ImproperlyConfigured, match="twice"):
        mail.senders(path)


def test_limits_of_domains():
    limits = mail.domain_limits(["QQ.com=200/2000", "*=500/0"])

    assert limits == {"qq.com": (200, 2000), "*": (500, 0)}


@pytest.mark.parametrize("word", ["qq.com", "qq.com=5", "=1/2", "qq.com=-1/2", "qq.com=a/b"])
def test_limit_that_is_none_is_refused(word):
    with pytest.raises(ImproperlyConfigured, match="write domain=an-hour/a-day"):
        mail.domain_limits([word])


@pytest.mark.parametrize("secret", ["whsec_short", "whsec_", "not base64 at all, is it?"])
def test_secret_that_is_none_is_refused_and_not_repeated(secret):
    with pytest.raises(ImproperlyConfigured) as caught:
        mail.check_webhook_secret(secret)

    assert "short" not in str(caught.value)
