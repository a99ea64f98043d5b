"""Measure pages as a slow phone on a slow line meets them: 4 × slower processor, 1.6 Mbit/s, 150 ms.

    python scripts/lab.py                  the landing page, signing in, today, people, style guide
    python scripts/lab.py /help/ /rules/   these pages, as a guest

One JSON object a line, the median of three cold visits: largest paint and first byte in ms, what
moved (CLS), the slowest answer to a press in ms, bytes on the line, requests. Ends with 1 when one
is over its limit.
"""

import json
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, sync_playwright

from scripts.services import find_chromium
from scripts.shots import ARGUMENTS, folder, served, sessions

PAGES = [("/", "guest"), ("/login/", "guest"), ("/today/", "member"), ("/me/", "member"),
         ("/c/shanye/people/", "owner"), ("/help/style/", "guest")]  # fmt: skip
LIMITS = {"lcp": 2_000, "cls": 0.05, "press": 150, "bytes": 60 * 1024, "requests": 6}
# The guide shows everything there is at once; nobody's first view is it.
HEAVY = {"/help/style/"}
VISITS = 3
WATCH = """() => {
  window.seen = {lcp: 0, cls: 0, press: 0};
  const watch = (type, act, more) => new PerformanceObserver(list => list.getEntries().forEach(act))
    .observe(Object.assign({type, buffered: true}, more));
  watch('largest-contentful-paint', entry => { seen.lcp = entry.startTime; });
  watch('layout-shift', entry => { if (!entry.hadRecentInput) { seen.cls += entry.value; } });
  watch('event', entry => { seen.press = Math.max(seen.press, entry.duration); },
        {durationThreshold: 16});
}"""


def main() -> int:
    over = False
    with folder(None) as data, served(data) as base, sync_playwright() as playwright:
        people = sessions(data)
        pages = [(path, "guest") for path in sys.argv[1:]] or PAGES
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        for path, role in pages:
            visits = [_visit(browser, base + path, people[role]) for _ in range(VISITS)]
            found = {name: statistics.median(visit[name] for visit in visits) for name in visits[0]}
            wrong = [name for name, most in LIMITS.items() if found[name] > most]
            over |= bool(wrong) and path not in HEAVY
            print(json.dumps({"page": path, "role": role, **found, "over": wrong}), flush=True)
        browser.close()
    return 1 if over else 0


def _visit(browser: Browser, url: str, cookies: dict[str, str]) -> dict[str, float]:
    """One cold visit, with two presses of the theme switch at its end."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, service_workers="block"
    )
    kept = {name: value for name, value in cookies.items() if name != "role"}
    context.add_cookies([{"name": n, "value": v, "url": url} for n, v in kept.items()])
    page = context.new_page()
    page.add_init_script(f"({WATCH})()")
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 150,
            "downloadThroughput": 200_000,
            "uploadThroughput": 96_000,
        },
    )
    wire.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    weight = {"bytes": 0, "requests": 0}

    def arrived(event: dict) -> None:
        weight["bytes"] += event["encodedDataLength"]
        weight["requests"] += 1

    wire.on("Network.loadingFinished", arrived)
    page.goto(url, wait_until="networkidle")
    arrived_with = dict(weight)
    for theme in ("dark", "light"):
        page.locator(f"footer button[value={theme}]").click()
        page.wait_for_timeout(400)
    seen = page.evaluate("seen")
    first_byte = page.evaluate("performance.getEntriesByType('navigation')[0].responseStart")
    context.close()
    return {
        "lcp": round(seen["lcp"]), "ttfb": round(first_byte), "cls": round(seen["cls"], 3),
        "press": round(seen["press"]), **arrived_with,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
