"""Copying, colours, undoing, leaving, sheets, the keyboard."""

import pytest

from tests.browser.stage import Answer, set_stage

COPY = """{% copy "Copy the note" text="早上好。\n\n第二段 &amp; <b>" %}
<p id="words">One\ntwo</p>{% copy "Copy the words" target="words" %}"""


def test_copy_copies_exactly_the_text(open_page):
    stage = set_stage(
        open_page,
        '{% copy "Copy the note" text=text %}'.replace("text=text", 'text="早上好。 第二段 <b>"'),
    )
    stage.page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    stage.page.get_by_role("button", name="Copy the note").click()
    stage.page.wait_for_selector(".copy--done")

    assert stage.page.evaluate("navigator.clipboard.readText()") == "早上好。 第二段 <b>"
    assert stage.page.locator("[data-copy-label]").inner_text() == "Copied"
    stage.page.wait_for_function(
        "document.querySelector('[data-copy-label]').textContent === 'Copy the note'"
    )


def test_copy_that_is_refused_shows_the_text_to_copy_by_hand(open_page):
    stage = set_stage(open_page, '<p id="words">By hand</p>{% copy "Copy" target="words" %}')
    stage.page.evaluate(
        """() => {
          navigator.clipboard.writeText = () => Promise.reject(new Error('no'));
          document.execCommand = () => false;
        }"""
    )

    stage.page.get_by_role("button", name="Copy").click()

    area = stage.page.get_by_label("Press and hold to copy")
    area.wait_for()
    assert area.input_value() == "By hand"
    assert stage.page.evaluate("document.activeElement.selectionEnd") == len("By hand")


def test_theme_changes_at_once_and_is_kept(open_page):
    opened = open_page("/help/style/", width=390, theme="auto")
    dark = opened.page.locator("footer button[value=dark]")

    with opened.page.expect_response("**/theme/") as answer:
        dark.click()

    assert answer.value.status == 204
    assert opened.page.locator("html").get_attribute("data-theme") == "dark"
    assert dark.get_attribute("aria-pressed") == "true"
    colour = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
    opened.goto("/help/style/")
    assert opened.page.locator("html").get_attribute("data-theme") == "dark"
    assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == colour
    assert opened.page.locator("meta[name=theme-color]").get_attribute("content") == "#121614"


def test_theme_and_language_work_without_a_script(open_page):
    opened = open_page("/help/style/", width=390, language="zh", js=False)

    opened.page.locator("footer button[value=dark]").click()
    assert opened.page.locator("html").get_attribute("data-theme") == "dark"
    opened.page.locator(".topbar button[value=en]").click()

    assert opened.page.locator("html").get_attribute("lang") == "en"
    assert opened.page.url.endswith("/help/style/")


TOAST = '<p id="row">Done</p>{% toast "Done" undo="/undo/1/" target="#row" %}'


def move_toast(page):
    page.evaluate(
        "document.getElementById('toasts').append(document.querySelector('main > .toast'))"
    )


def test_undo_answers_in_place(open_page):
    stage = set_stage(open_page, TOAST)
    move_toast(stage.page)
    stage.answer = Answer(200, '<p id="row">Open again</p>', {"Content-Type": "text/html"})

    stage.page.get_by_role("button", name="Undo").click()
    stage.page.wait_for_function("document.getElementById('row').textContent === 'Open again'")

    assert [path for path, _ in stage.posts] == ["/undo/1/"]
    assert stage.page.locator(".toast").count() == 0


def test_undo_that_fails_says_so_and_stays(open_page):
    stage = set_stage(open_page, TOAST)
    move_toast(stage.page)
    stage.answer = Answer(500)

    stage.page.get_by_role("button", name="Undo").click()
    stage.page.locator(".toast--error").wait_for()

    assert stage.page.locator("#row").inner_text() == "Done"
    assert stage.page.locator("form[data-undo]").count() == 1
    stage.opened.expect("status of 500")
    stage.opened.expect("Response Status Error Code 500")


def test_undo_without_a_script_is_a_form(open_page):
    stage = set_stage(open_page, '{% toast "Done" undo="/undo/1/" %}', js=False)
    stage.answer = Answer(200, "<title>ok</title>")

    stage.page.get_by_role("button", name="Undo").click()

    assert [path for path, _ in stage.posts] == ["/undo/1/"]


EXIT = """{% quick_exit "/away/" %}<form><label for="t">T</label><input id="t" name="t"></form>"""


@pytest.mark.parametrize("way", ["tap", "keys"])
def test_leaving_covers_the_page_and_back_does_not_show_it(open_page, way):
    stage = set_stage(open_page, EXIT, width=390)
    stage.page.locator("#t").fill("what nobody should read")

    if way == "tap":
        stage.page.locator("[data-exit]").click()
    else:
        for _ in range(3):
            stage.page.keyboard.press("Shift")
    stage.page.wait_for_url("**/away/")

    stage.page.go_back(wait_until="load")
    assert "/stage/" not in stage.page.url


def test_leaving_hides_what_is_written_before_the_next_page_comes(open_page):
    stage = set_stage(open_page, EXIT)
    stage.page.locator("#t").fill("what nobody should read")

    seen = stage.page.evaluate(
        """() => new Promise(resolve => {
          const watch = new MutationObserver(() => {
            const cover = document.querySelector('.cover');
            if (cover) {
              watch.disconnect();
              setTimeout(() => {}, 0);
              resolve([cover.getBoundingClientRect().width === innerWidth,
                       getComputedStyle(cover).position]);
            }
          });
          watch.observe(document.body, {childList: true});
          for (let n = 0; n < 3; n++) {
            document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Shift'}));
          }
        })"""
    )

    assert seen == [True, "fixed"]


def test_shift_for_a_capital_letter_does_not_leave(open_page):
    stage = set_stage(open_page, EXIT)

    stage.page.locator("#t").press_sequentially("ABCD")
    for key in ("Shift", "a", "Shift", "b", "Shift"):
        stage.page.keyboard.press(key)
    stage.page.wait_for_timeout(200)

    assert stage.page.url.endswith("/stage/")


def test_a_sheet_opens_over_the_page_and_gives_the_focus_back(open_page):
    stage = set_stage(
        open_page,
        '{% sheet_link "What is this" "/away/" "s" %}{% sheet "s" "Answer" %}<p>42</p>{% endsheet %}',
    )

    stage.page.get_by_role("link", name="What is this").click()
    assert stage.page.get_by_role("dialog", name="Answer").is_visible()
    stage.page.keyboard.press("Escape")

    assert not stage.page.locator("#s").is_visible()
    assert stage.page.evaluate("document.activeElement.textContent") == "What is this"


def test_a_sheet_without_a_script_is_a_page(open_page):
    stage = set_stage(open_page, '{% sheet_link "What is this" "/away/" "s" %}', js=False)

    stage.page.get_by_role("link", name="What is this").click()

    assert stage.page.url.endswith("/away/")


BOARD = """{% board "Today" %}{% task_group "Now" %}
{% task "First" id="a" time="09:00" action="/done/a/" href="/stage/#a" %}{% endtask %}
{% task "Second" id="b" time="10:00" action="/done/b/" href="/stage/#b" %}{% endtask %}
{% endtask_group %}{% endboard %}<input id="q" aria-label="Search">
{% toast "Done" undo="/undo/1/" target="#a" %}"""


def test_the_board_by_keyboard(open_page):
    stage = set_stage(open_page, BOARD)
    stage.page.wait_for_function("() => window.shalijin.boardReady")
    move_toast(stage.page)
    stage.page.evaluate(
        "document.addEventListener('submit', e => { window.last = e.target.action; e.preventDefault(); })"
    )
    stage.page.locator("#a [data-task-link]").focus()

    stage.page.keyboard.press("j")
    assert stage.page.evaluate("document.activeElement.closest('[data-task]').id") == "b"
    stage.page.keyboard.press("x")
    assert stage.page.evaluate("window.last").endswith("/done/b/")
    stage.page.keyboard.press("k")
    assert stage.page.evaluate("document.activeElement.closest('[data-task]').id") == "a"


def test_keys_do_nothing_while_typing_or_when_switched_off(open_page):
    stage = set_stage(open_page, BOARD)
    stage.page.wait_for_function("() => window.shalijin.boardReady")
    search = stage.page.locator("#q")
    search.press_sequentially("jx/?")
    assert search.input_value() == "jx/?"

    stage.page.locator("#a [data-task-link]").focus()
    stage.page.keyboard.press("?")
    stage.page.get_by_role("button", name="Turn keyboard shortcuts off").click()
    stage.page.keyboard.press("Escape")
    stage.page.locator("#a [data-task-link]").focus()
    stage.page.keyboard.press("j")

    assert stage.page.evaluate("document.activeElement.closest('[data-task]').id") == "a"


def test_slash_jumps_to_the_search(open_page):
    stage = set_stage(open_page, BOARD)

    stage.page.locator("#main").focus()
    stage.page.keyboard.press("/")

    assert stage.page.evaluate("document.activeElement.id") == "q"
    assert stage.page.locator("#q").input_value() == ""


def test_a_row_that_the_server_refuses_comes_back_with_the_reason(open_page):
    stage = set_stage(
        open_page,
        BOARD.replace('action="/done/a/"', 'action="/done/a/" data_x="1"') + "<p id='none'></p>",
    )
    stage.page.wait_for_function("() => window.shalijin.boardReady")
    stage.page.evaluate(
        """() => {
          const form = document.querySelector('#a form');
          form.setAttribute('hx-post', form.action);
          form.setAttribute('hx-target', '#a');
          htmx.process(document.body);
        }"""
    )
    stage.answer = Answer(409, "", {"X-Reason": "Afeng closed it at 09:02."})

    stage.page.locator("#a .task__check").click()
    stage.page.locator("#a.task--failed").wait_for()

    assert "Afeng closed it at 09:02." in stage.page.locator("#a").inner_text()
    assert "task--done" not in stage.page.locator("#a").get_attribute("class")
    stage.opened.expect("status of 409")
    stage.opened.expect("Response Status Error Code 409")


def test_what_is_wrong_takes_the_focus_and_leads_into_the_field(open_page):
    stage = set_stage(
        open_page,
        """<div class="error-summary" tabindex="-1" data-error-summary><a href="#t">Too short</a></div>
        <div class="field"><label for="t">T</label><input id="t"></div>""",
    )

    assert stage.page.evaluate("document.activeElement.className") == "error-summary"
    stage.page.get_by_role("link", name="Too short").click()
    assert stage.page.evaluate("document.activeElement.id") == "t"


def test_one_behaviour_that_fails_leaves_the_others_alone(open_page):
    stage = set_stage(open_page, '<p id="words">Copy me</p>{% copy "Copy" target="words" %}')
    stage.page.route(
        "**/app.js",
        lambda route: route.fulfill(
            body=_broken(route.fetch().text()), content_type="text/javascript"
        ),
    )
    stage.opened.goto("/stage/")

    stage.page.get_by_role("button", name="Copy").click()
    stage.page.locator(".copy--done, #by-hand").first.wait_for()
    stage.opened.expect("autosave is broken")


def _broken(source: str) -> str:
    """The script as it would be if autosave threw while it was loading."""
    return source.replace("var QUIET = 1000;", "throw new Error('autosave is broken');")


def test_what_few_pages_need_is_fetched_by_those_only(open_page):
    plain = set_stage(open_page, "<p>Nothing of it</p>")
    wanting = set_stage(
        open_page,
        '<form data-passkey="login"><input name="credential" type="hidden"></form>',
    )

    assert not any(url.endswith("passkey.js") for url in plain.opened.fetched)
    assert any(url.endswith("passkey.js") for url in wanting.opened.fetched)
