"""The service worker keeps static files and the offline page, and nothing that anybody wrote."""

KEPT = """async () => {
  const urls = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) {
      urls.push(new URL(request.url).pathname);
    }
  }
  return urls.sort();
}"""


def test_without_a_network_the_offline_page_answers(open_page, world):
    opened = open_page(
        "/today/", width=390, language="en", member=world.people["owner"], worker=True
    )
    opened.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    opened.page.wait_for_function("navigator.serviceWorker.controller !== null")
    opened.goto("/me/")
    assert opened.page.evaluate(KEPT) == [
        "/offline/", "/static/dist/app.css", "/static/dist/app.js", "/static/favicon.svg",
        "/static/icons.svg",
    ]  # fmt: skip

    opened.page.context.set_offline(True)
    opened.goto("/spaces/")

    assert opened.page.locator("h1").inner_text() == "No connection"
    background = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(247, 244, 238)", "the offline page has lost its stylesheet"

    opened.page.context.set_offline(False)
    opened.goto("/spaces/")
    assert opened.page.locator("h1").inner_text() != "No connection"
    opened.expect("ERR_INTERNET_DISCONNECTED")
