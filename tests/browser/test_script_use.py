"""That a script was copied is told to the server once, and only where it says whose it is."""

from tests.browser.stage import set_stage

SCRIPT = """<form>{% csrf_token %}</form>
<div data-script-use="/told/7/">{% script "Copy it" id="words-7" %}Good morning.{% endscript %}</div>
{% copy "Copy a link" text="https://example.org/" %}"""


def test_copying_a_script_tells_its_address_once(open_page):
    stage = set_stage(open_page, SCRIPT)

    with stage.page.expect_response("**/told/7/") as told:
        stage.page.get_by_role("button", name="Copy it").click()

    assert told.value.request.headers["hx-request"] == "true"
    assert "token-of-the-stage" in stage.posts[0][1]
    assert [path for path, _body in stage.posts] == ["/told/7/"]


def test_copying_something_else_tells_nobody(open_page):
    stage = set_stage(open_page, SCRIPT)

    stage.page.get_by_role("button", name="Copy a link").click()
    stage.page.get_by_text("Copied").first.wait_for()

    assert stage.posts == []
