"""The table of places: complete, and one answer for each of a place's writings."""

import pytest

from community import places


@pytest.mark.parametrize(
    "text",
    [
        "大理",
        "大理市",
        "大理州",
        "大理白族自治州",
        "大理自治州",
        "云南大理",
        "云南省大理州",
        "云南省大理市",
        "中国云南大理",
        "云南 · 大理",
        "Dali",
        "dali, Yunnan",
        "ＤＡＬＩ",
        "大\u200b理",
        "\ufeff大理",
        "　大理 ",
        "云南省大理州大理市喜洲镇",
    ],
)
def test_find_knows_dali_under_each_of_its_names(text):
    assert places.find(text).code == "532900"


@pytest.mark.parametrize(
    "text, code",
    [
        ("吉林", "220000"),
        ("吉林省", "220000"),
        ("吉林市", "220200"),
        ("吉林省吉林市", "220200"),
        ("吉林吉林", "220200"),
        ("海南", "460000"),
        ("海南州", "632500"),
        ("青海海南", "632500"),
        ("辽宁朝阳", "211300"),
        ("朝阳市", "211300"),
        ("北京朝阳", "110000"),
        ("北京市朝阳区", "110000"),
        ("重庆万州", "500000"),
        ("江苏苏州", "320500"),
        ("Suzhou, Anhui", "341300"),
        ("山西", "140000"),
        ("陕西", "610000"),
        ("Shaanxi", "610000"),
        ("Hong Kong", "810000"),
        ("臺灣", "710000"),
        ("澳门特别行政区", "820000"),
        ("内蒙", "150000"),
        ("锡盟", "152500"),
        ("Xi'an", "610100"),
        ("吕梁", "141100"),
        ("湖北仙桃", "429004"),
    ],
)
def test_find_tells_places_of_like_names_apart(text, code):
    assert places.find(text).code == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "朝阳",
        "suzhou",
        "Yichun",
        "yulin",
        "北京/上海",
        "杭州、上海",
        "哪里都行",
        "江苏昆山",
        "云南某地",
        "99",
        "大理 Dali x",
    ],
)
def test_find_never_guesses(text):
    assert places.find(text) is None


def test_find_drops_what_is_finer_than_a_prefecture():
    for text in ("浙江省杭州市西湖区文三路", "杭州西湖区", "浙江杭州余杭区"):
        assert places.find(text).label == "浙江杭州"


def test_the_table_is_complete():
    provinces = [place for place in places.PLACES.values() if place.is_province]
    governed_directly = [code for code in places.PLACES if code[2:4] == "90"]

    assert len(provinces) == 34
    assert len(places.PLACES) - len(provinces) - len(governed_directly) == 333
    kinds = [place.name for place in places.PLACES.values()]
    assert sum(name.endswith("自治州") for name in kinds) == 30
    assert sum(name.endswith("地区") for name in kinds) == 7
    assert sum(name.endswith("盟") for name in kinds) == 3
    assert len(governed_directly) == 32


def test_every_place_is_found_by_its_own_names():
    for place in places.PLACES.values():
        assert places.find(place.name) == place
        if not place.is_province:
            assert places.find(f"{place.province}{place.name}") == place
        assert places.get(place.code) == place
        if place.is_province or place.short not in places.AMBIGUOUS:
            found = places.find(place.short)
            assert found == place or (found.short == place.short and found.is_province)


def test_what_is_refused_on_purpose_is_listed_and_short():
    """A new line in the table that makes two places share a name shows up here."""
    assert {name for name in places.AMBIGUOUS if not name.isascii()} == places.SAID_OF_OTHERS
    assert {
        name
        for name in places.AMBIGUOUS
        if name.isascii() and name[-4:] not in ("city",) and not name.endswith("shi")
    } == {"suzhou", "yichun", "taizhou", "fuzhou", "yulin"}


def test_a_bare_name_that_two_provinces_share_means_the_province():
    shared = {
        place.short
        for place in places.PLACES.values()
        if not place.is_province and places.find(place.short) not in (place, None)
    }

    assert shared == {"吉林", "海南"}


def test_choices_put_each_province_first_in_its_group():
    groups = dict(places.choices())

    assert len(groups) == 34
    assert groups["云南"][0] == ("530000", "云南")
    assert ("532900", "大理") in groups["云南"]
    assert groups["北京"] == [("110000", "北京")]


def test_a_place_is_said_in_both_languages():
    assert places.get("532900").label == "云南大理"
    assert places.get("532900").english == "Dali, Yunnan"
    assert places.get("110000").label == "北京"
    assert places.get("540100").english == "Lhasa, Tibet"
    assert places.get("000000") is None
