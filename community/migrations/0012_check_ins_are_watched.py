from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("community", "0011_what_the_apps_do_at_each_look")]

    operations = [
        migrations.AlterField(
            model_name="flag",
            name="what",
            field=models.CharField(
                choices=[
                    ("introduction", "Introduction"),
                    ("article", "Article"),
                    ("praise", "Praise"),
                    ("check_in", "Check-in"),
                ],
                max_length=12,
            ),
        )
    ]
