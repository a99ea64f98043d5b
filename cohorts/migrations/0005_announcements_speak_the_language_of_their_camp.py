"""Announcements of camps that are there already: their language, and where their readers find them."""

from django.db import migrations


def hand_down(apps, schema_editor):
    camps = apps.get_model("cohorts", "Camp").objects.select_related("run", "space")
    announcements = apps.get_model("community", "Announcement").objects
    for camp in camps.iterator():
        rows = list(announcements.filter(room=camp.run.room_id))
        for row in rows:
            row.language = camp.run.language
            row.path = f"/c/{camp.space.slug}/camp/{camp.slug}/announcements/{row.public_id}/"
        announcements.bulk_update(rows, ["language", "path"])


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0004_the_language_of_a_run"),
        ("community", "0019_what_is_said_of_an_announcement"),
    ]

    operations = [migrations.RunPython(hand_down, migrations.RunPython.noop, elidable=True)]
