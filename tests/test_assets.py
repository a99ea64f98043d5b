"""Joining and shortening lose nothing, and are repeated only when something changed."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from community import assets


@pytest.fixture
def dist(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "DIST", tmp_path / "dist")
    return tmp_path / "dist"


@pytest.mark.parametrize(
    "text, short",
    [
        ("a { color: red; }", "a{color:red}"),
        ("/* x { } */ a > b , c { top: 0; left: 0 }", "a > b,c{top:0;left:0}"),
        ("a :hover { width: calc(100% - 2 * 4px) }", "a :hover{width:calc(100% - 2 * 4px)}"),
        ('a::before { content: "a ; b  {c}" ; }', 'a::before{content:"a ; b  {c}"}'),
        ("@media (min-width: 720px) and (hover) { a { b: c } }",
         "@media (min-width:720px) and (hover){a{b:c}}"),
    ],
)  # fmt: skip
def test_shorten_css_keeps_what_means_something(text, short):
    assert assets.shorten_css(text) == short


def test_shorten_js_keeps_strings_that_look_like_comments():
    text = "/* says */\nvar a = 'x // y'; // end\n\n  // gone\n  b('/* z */');\n"

    assert assets.shorten_js(text, "x") == "var a = 'x // y'; // end\nb('/* z */');"


def test_shorten_js_refuses_template_literals():
    with pytest.raises(ValueError, match=r"static/js/x\.js holds a backtick"):
        assets.shorten_js("var a = `b`;", "x")


def test_every_source_is_joined_once(dist):
    css, js = assets.joined_css(), assets.joined_js()

    for path in (assets.STATIC / "css").glob("*.css"):
        if path.stem not in assets.CSS_ALONE:
            assert css.count(assets.shorten_css(path.read_text())) == 1, path.name
    for path in (assets.STATIC / "js").glob("*.js"):
        if path.stem in assets.JS_ALONE:
            continue
        assert js.count(assets.shorten_js(path.read_text(), path.stem)) == 1, path.name
    assert js.index("window.shalijin = {}") < js.index("S.copy = ")


def test_every_rule_survives_shortening():
    """Braces balance, and as many declarations come out as went in."""
    for path in (assets.STATIC / "css").glob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        short = assets.shorten_css(text)
        assert short.count("{") == short.count("}") == text.count("{"), path.name
        declared = re.findall(r"([\w-]+)\s*:\s*[^;{}]+[;}]", text)
        assert len(re.findall(r"([\w-]+):[^;{}]+[;}]", short)) == len(declared), path.name


def test_stylesheets_use_nothing_an_old_kernel_drops():
    css = assets.joined_css()

    for word in (
        "@layer",
        ":has(",
        "light-dark(",
        "@container",
        "&:",
        "& ",
        "inset:",
        "color-mix(",
    ):
        assert word not in css, word
    assert "url(http" not in css
    assert "@import" not in css


def test_scripts_hold_no_eval_and_no_new_syntax():
    for path in sorted((assets.STATIC / "js").glob("*.js")):
        text = path.read_text()
        for word in (r"\beval\(", r"new Function", r"=>", r"\blet\b", r"\bconst\b", r"\?\?",
                     r"\?\.[a-z(\[]", r"`", r"innerHTML", r"document\.write", r"https?://"):  # fmt: skip
            assert not re.search(word, text), f"{path.name}: {word}"


def test_the_two_dark_palettes_are_equal():
    text = (assets.STATIC / "css" / "tokens.css").read_text()
    palettes = [
        re.findall(r"(--[\w-]+):\s*([^;]+);", block)
        for block in re.findall(r'data-theme="(?:auto|dark)"\] {(.*?)}', text, re.DOTALL)
    ]

    assert len(palettes) == 2
    assert palettes[0] == palettes[1]
    assert len(palettes[0]) > 40


def test_build_writes_once_and_then_finds_nothing_to_do(dist, capsys):
    assert assets.is_stale()

    call_command("build_assets")
    first = capsys.readouterr().out
    call_command("build_assets")

    assert "app.css:" in first
    assert "up to date" in capsys.readouterr().out
    assert not assets.is_stale()
    assert {path.name for path in dist.iterdir()} == {
        "app.css", "app.js", "board.js", "noscript.css", "passkey.js", "styleguide.css", "fingerprint.txt",
    }  # fmt: skip


def test_check_fails_with_what_to_do(dist):
    with pytest.raises(CommandError, match=r"out of date; run manage\.py build_assets"):
        call_command("build_assets", check=True)


def test_a_changed_source_makes_the_build_stale(dist, tmp_path, monkeypatch):
    for folder in ("css", "js"):
        (tmp_path / "static" / folder).mkdir(parents=True)
    source = tmp_path / "static" / "css" / "a.css"
    source.write_text("a{b:c}")
    monkeypatch.setattr(assets, "STATIC", tmp_path / "static")
    before = assets.fingerprint()

    source.write_text("a{b:d}")

    assert assets.fingerprint() != before


def test_hashed_build_serves_every_address_the_layouts_ask_for(dist, tmp_path, settings):
    """As in production: collected under hashed names, compressed, and found by the manifest."""
    settings.STATIC_ROOT = str(tmp_path / "collected")
    settings.STATICFILES_DIRS = [str(assets.STATIC), ("dist", str(dist))]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    assets.build()

    for name in ("app.css", "app.js", "noscript.css", "icons.svg", "favicon.svg", "icon-180.png"):
        address = assets.address(name)
        assert re.search(r"\.[0-9a-f]{12}\.", address), address
        assert (tmp_path / "collected" / address.removeprefix("/static/")).exists()
    assert not assets.is_stale()
    assert not (tmp_path / "collected" / "css").exists()
    assert not (tmp_path / "collected" / "js").exists()


def test_manifest_speaks_the_readers_language(client):
    client.cookies["django_language"] = "en"
    response = client.get(reverse("community:manifest"))

    assert response["Content-Type"] == "application/manifest+json"
    assert response.json()["start_url"] == reverse("community:today")
    assert response.json()["lang"] == "en"
    assert {icon["sizes"] for icon in response.json()["icons"]} == {"any", "192x192", "512x512"}


def test_service_worker_keeps_static_files_and_the_offline_page_only(client):
    response = client.get(reverse("community:service_worker"))
    source = response.content.decode()
    kept = re.findall(r'"(/[^"]*)"', source.splitlines()[0])

    assert response["Content-Type"] == "text/javascript"
    assert [path for path in kept if not path.startswith("/static/")] == ["/offline/", "/offline/"]
    assert "no-cache" in response["Cache-Control"]


def test_home_screen_icons_are_small():
    sizes = {path.name: path.stat().st_size for path in assets.STATIC.glob("icon-*.png")}

    assert set(sizes) == {"icon-180.png", "icon-192.png", "icon-512.png"}
    assert max(sizes.values()) < 8_000
