"""EMAIL_URL says where mail goes, and refuses what cannot be right before anything is served."""

import pytest

from tests.config.test_settings import load


@pytest.mark.parametrize(
    "url, sentence",
    [
        (None, "EMAIL_URL is not set"),
        ("smtp+ssl://a:b@mail.example:25", "port 25"),
        ("smtp://a:b@mail.example:587", "unencrypted"),
        ("smtp+tls://", "names no server"),
        ("mailbox://", "sends nothing"),
        ("imap://mail.example", "starts with 'imap'"),
    ],
)
def test_mail_that_could_not_work_is_refused_with_a_sentence(tmp_path, url, sentence):
    result = load(tmp_path, EMAIL_URL=url)

    assert result.returncode != 0
    assert sentence in result.stderr
    assert "a:b" not in result.stderr


def test_relay_on_this_machine_needs_no_encryption(tmp_path):
    assert load(tmp_path, EMAIL_URL="smtp://127.0.0.1:2525").returncode == 0
