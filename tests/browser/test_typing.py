"""Writing: input methods, saving by itself, counting, opening sentences."""

from tests.browser.stage import Answer, set_stage

FORM = """{% form action="/sent/" %}<label for="t">T</label><input class="input" id="t" name="t">
{% button "Send" "primary" %}{% endform %}"""
COMPOSE = """(on) => {
  const field = document.getElementById('t');
  const send = (type, extra) => field.dispatchEvent(
    new KeyboardEvent(type, Object.assign({key: 'Enter', bubbles: true, cancelable: true}, extra)));
  field.focus();
  if (on === 'composing') {
    field.dispatchEvent(new CompositionEvent('compositionstart', {bubbles: true}));
    return send('keydown', {isComposing: true});
  }
  return send('keydown', {keyCode: 229});
}"""


def test_enter_that_picks_a_character_sends_nothing(open_page):
    stage = set_stage(open_page, FORM)

    for state in ("composing", "safari"):
        went_on = stage.page.evaluate(COMPOSE, state)
        assert went_on is False, state
    stage.page.evaluate("document.querySelector('form').requestSubmit()")

    stage.page.wait_for_timeout(200)
    assert stage.posts == []


def test_enter_after_the_word_is_finished_sends(open_page):
    stage = set_stage(open_page, FORM)
    stage.page.evaluate(COMPOSE, "composing")
    stage.page.evaluate(
        """() => document.getElementById('t').dispatchEvent(
             new CompositionEvent('compositionend', {bubbles: true}))"""
    )

    stage.page.locator("#t").press("Enter")

    stage.page.wait_for_timeout(300)
    assert [path for path, _ in stage.posts] == ["/sent/"]


def test_a_live_search_waits_for_the_word(open_page):
    stage = set_stage(
        open_page,
        '<input id="t" name="q" aria-label="q" hx-post="/found/" hx-trigger="input" hx-swap="none">',
    )
    stage.page.evaluate(
        """() => {
          const t = document.getElementById('t');
          const fire = (type, Kind) => t.dispatchEvent(new Kind(type, {bubbles: true}));
          fire('compositionstart', CompositionEvent);
          t.value = 'd'; fire('input', Event);
          t.value = 'da'; fire('input', Event);
        }"""
    )
    stage.page.wait_for_timeout(200)
    assert stage.posts == []

    stage.page.evaluate(
        """() => {
          const t = document.getElementById('t');
          t.value = '大理';
          t.dispatchEvent(new CompositionEvent('compositionend', {bubbles: true}));
        }"""
    )
    stage.page.wait_for_timeout(300)

    assert [path for path, _ in stage.posts] == ["/found/"]
    assert "%E5%A4%A7%E7%90%86" in stage.posts[0][1]


def test_a_form_is_sent_once(open_page):
    stage = set_stage(open_page, FORM)
    stage.page.evaluate(
        """() => {
          window.sent = 0;
          window.addEventListener('submit', event => {
            window.sent += event.defaultPrevented ? 0 : 1;
            event.preventDefault();
          });
          const form = document.querySelector('form');
          for (let n = 0; n < 3; n++) { form.requestSubmit(); }
        }"""
    )

    assert stage.page.evaluate("window.sent") == 1


SAVED = """<form data-autosave="/draft/" method="post" action="/sent/">{% csrf_token %}
<textarea id="t" name="line" aria-label="line"></textarea><button>Send</button></form>{% autosave %}"""


def test_what_is_typed_is_saved_a_second_later(open_page):
    stage = set_stage(open_page, SAVED)

    stage.page.locator("#t").press_sequentially("nine months")
    stage.page.wait_for_function(
        "document.querySelector('.autosave').textContent.startsWith('Saved')"
    )

    assert len(stage.posts) == 1
    assert "nine months" in stage.posts[0][1]
    assert "token-of-the-stage" in stage.posts[0][1]


def test_what_could_not_be_saved_says_so_and_is_tried_again(open_page):
    stage = set_stage(open_page, SAVED)
    stage.answer = Answer(status=503)

    stage.page.locator("#t").fill("nine months")
    state = stage.page.locator(".autosave")
    stage.page.wait_for_function(
        "document.querySelector('.autosave').textContent.startsWith('Not')"
    )
    assert state.inner_text() == "Not saved, your text is still here."
    stage.answer = Answer()
    stage.page.evaluate("window.dispatchEvent(new Event('online'))")
    stage.page.wait_for_function(
        "document.querySelector('.autosave').textContent.startsWith('Saved')"
    )

    assert stage.page.locator("#t").input_value() == "nine months"
    stage.opened.expect("status of 503")


def test_leaving_the_page_saves_what_was_just_typed(open_page):
    stage = set_stage(open_page, SAVED)
    # A beacon outlives its page, and with it the driver that could have watched it.
    stage.page.evaluate(
        """() => {
          navigator.sendBeacon = (url, data) => {
            localStorage.setItem('beacon', url + ' ' + data.get('line'));
            return true;
          };
        }"""
    )
    stage.page.locator("#t").fill("the last words")

    stage.page.goto(f"{stage.opened.base}/away/")

    assert stage.page.evaluate("localStorage.getItem('beacon')") == "/draft/ the last words"


def test_counting_counts_characters_as_people_do(open_page):
    stage = set_stage(
        open_page, '<textarea id="t" aria-label="t" data-count="5" class="textarea"></textarea>'
    )
    foot = stage.page.locator("#t_count")

    stage.page.locator("#t").fill("大理👍")
    assert foot.inner_text() == "2 characters left"
    stage.page.locator("#t").fill("大理大理大理大理")
    assert foot.inner_text() == "3 characters too many"
    assert stage.page.locator("#t").get_attribute("aria-describedby") == "t_count"


def test_an_opening_sentence_keeps_what_was_written(open_page):
    stage = set_stage(
        open_page,
        '<textarea id="t" aria-label="t"></textarea>{% examples "E" open=True %}'
        '{% example "Two years of vegetables" "Begin" "t" %}{% endexamples %}',
    )
    stage.page.locator("#t").fill("my own words")

    stage.page.locator("[data-fill]").click()

    assert stage.page.locator("#t").input_value() == "Two years of vegetables\nmy own words"
