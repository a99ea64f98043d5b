"""Uploads: private files, shown to their audience only."""

import datetime as dt
import io
import stat

import pytest
import time_machine
from django.core.cache import cache
from PIL import Image

from community.errors import DomainError
from community.models import Upload
from community.services import uploads
from community.trust.ratelimit import RateLimited
from tests.factories import (
    MemberFactory,
    MembershipFactory,
    RoomFactory,
    RoomMembershipFactory,
    SpaceFactory,
)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()


def photo():
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "green").save(out, "JPEG")
    return io.BytesIO(out.getvalue())


def store(owner, **options):
    return uploads.store_image(owner=owner, file=photo(), **{"kind": "evidence", **options})


def test_the_file_is_ours_private_and_described(db):
    upload = store(MemberFactory())

    assert upload.path.stat().st_size == upload.size
    assert stat.S_IMODE(upload.path.stat().st_mode) == 0o600
    assert (upload.width, upload.height) == (80, 60)
    assert [file.name for file in upload.path.parent.iterdir()] == [upload.path.name]


def test_a_refused_picture_leaves_neither_row_nor_file(db, settings):
    with pytest.raises(DomainError, match="web page"):
        uploads.store_image(
            owner=MemberFactory(), file=io.BytesIO(b"<html>"), kind="avatar", audience="members"
        )

    assert Upload.objects.count() == 0
    assert not settings.MEDIA_ROOT.exists()


def test_a_picture_for_a_space_names_it_or_leaves_no_file(db, settings):
    with pytest.raises(Exception, match="upload_for_a_space_names_it"):
        store(MemberFactory(), audience="space")

    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def test_deleting_takes_the_bytes_along(db, django_capture_on_commit_callbacks):
    upload = store(MemberFactory())

    with django_capture_on_commit_callbacks(execute=True):
        uploads.delete(upload)

    assert not upload.path.exists()


def test_sixty_pictures_an_hour(db, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_AN_HOUR", 1)
    member = MemberFactory()
    with time_machine.travel(dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC), tick=False):
        store(member)
        with pytest.raises(RateLimited):
            store(member)


@pytest.fixture
def village(db):
    """A space with a room, and everybody who may or may not look."""
    space = SpaceFactory()
    room = RoomFactory(space=space)
    people = {name: MemberFactory() for name in ("owner", "staff", "inside", "room", "outside")}
    MembershipFactory(space=space, member=people["owner"])
    MembershipFactory(space=space, member=people["staff"], role="assistant")
    MembershipFactory(space=space, member=people["inside"])
    MembershipFactory(space=space, member=people["room"])
    RoomMembershipFactory(room=room, member=people["room"])
    return space, room, people


SEEN_BY = {
    "owner": {"owner"},
    "staff": {"owner", "staff"},
    "room": {"owner", "room"},
    "space": {"owner", "staff", "inside", "room"},
    "members": {"owner", "staff", "inside", "room", "outside"},
}


@pytest.mark.parametrize("audience", SEEN_BY)
def test_only_the_audience_sees_it(client, village, audience):
    space, room, people = village
    upload = store(
        people["owner"],
        audience=audience,
        space=space if audience in ("space", "staff") else None,
        room=room if audience == "room" else None,
    )

    seen = set()
    for name, person in people.items():
        client.force_login(person)
        response = client.get(upload.get_absolute_url())
        assert response.status_code in (200, 404)
        assert person.has_perm("community.see_upload", upload) == (response.status_code == 200)
        if response.status_code == 200:
            seen.add(name)
    assert seen == SEEN_BY[audience]


def test_the_answer_cannot_be_cached_by_others_sniffed_or_run(client, db):
    owner = MemberFactory()
    upload = store(owner)
    client.force_login(owner)

    response = client.get(upload.get_absolute_url())

    assert response.content == upload.path.read_bytes()
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"] == "private, max-age=300"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Content-Disposition"].startswith("inline; filename=")
    again = client.get(upload.get_absolute_url(), headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_guests_are_sent_to_sign_in_and_a_lost_file_is_not_found(client, db):
    owner = MemberFactory()
    upload = store(owner)
    assert client.get(upload.get_absolute_url()).status_code == 302

    upload.path.unlink()
    client.force_login(owner)
    assert client.get(upload.get_absolute_url()).status_code == 404
