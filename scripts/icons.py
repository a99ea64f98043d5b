"""Draw the home screen icons from the mark in static/favicon.svg; run it after changing the mark.

Needs Chromium. The files are small, so they are kept
in the repository and no installation needs a browser.
"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.services import find_chromium

STATIC = ROOT / "static"
SIZES = (180, 192, 512)
# The mark takes 58 %: a phone may cut the square down to a circle of 80 %.
PAGE = """<body style="margin:0;background:#F7F4EE;display:grid;place-items:center;height:100vh">
<div style="width:58vw">{mark}</div></body>"""


def main() -> int:
    chromium = find_chromium()
    mark = (STATIC / "favicon.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        for size in SIZES:
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(PAGE.format(mark=mark))
            drawn = Image.open(io.BytesIO(page.screenshot()))
            target = STATIC / f"icon-{size}.png"
            drawn.convert("RGB").quantize(24).save(target, optimize=True)
            print(f"{target.name}: {target.stat().st_size:,} bytes")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
