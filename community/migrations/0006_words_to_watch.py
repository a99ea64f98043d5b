from django.db import migrations

# Where a group goes wrong, it mostly begins with one of these. They flag and no more: an honest
# person who writes one of them is read by staff, and by nobody else, once.
WORDS = [
    "理财", "币圈", "炒币", "虚拟币", "数字货币", "带单", "内幕消息", "稳赚", "高回报", "躺赚",
    "日结", "刷单", "兼职打字", "博彩", "彩票群", "网贷", "套现", "资金盘", "拉人头", "下线",
    "加盟费", "代理返利", "私募", "荐股", "外汇", "usdt", "btc",
]  # fmt: skip


def add(apps, schema_editor):
    WatchWord = apps.get_model("community", "WatchWord")
    for word in WORDS:
        WatchWord.objects.get_or_create(
            space=None, folded=word, defaults={"word": word, "level": "flag"}
        )


def take_out(apps, schema_editor):
    WatchWord = apps.get_model("community", "WatchWord")
    WatchWord.objects.filter(space=None, folded__in=WORDS, added_by=None).delete()


class Migration(migrations.Migration):
    dependencies = [("community", "0005_introductions_and_what_answers_them")]

    operations = [migrations.RunPython(add, take_out)]
