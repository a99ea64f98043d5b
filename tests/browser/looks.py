"""What is asked of a page that is looked at: axe, no sideways scroll, sizes of what is pressed."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()
OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
SERIOUS = {"serious", "critical"}

# What sticks out: neither cut off by something around it, nor inside what scrolls by itself.
STICKING_OUT = """() => {
  const held = element => {
    for (let around = element.parentElement; around && around !== document.body;
         around = around.parentElement) {
      if (getComputedStyle(around).overflowX !== 'visible') { return true; }
    }
    return false;
  };
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) { return []; }
  return [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > wide + 1 && !held(e))
    .slice(0, 5)
    .map(e => `${e.tagName.toLowerCase()}.${e.className} ${e.textContent.trim().slice(0, 30)}`);
}"""

SMALL_TARGETS = """() => [...document.querySelectorAll('a[href], button, summary, input, select')]
  .filter(e => {
    const box = e.getBoundingClientRect();
    const style = getComputedStyle(e);
    if (!box.width || !box.height || style.visibility === 'hidden' || e.disabled) { return false; }
    if (e.closest('p, li, dd, td, th, figcaption, small') && style.display === 'inline') { return false; }
    if (e.matches('.skip, .u-hide, .u-hide *')) { return false; }
    // A label beside or around it is pressed for it.
    const places = [box, ...[e.closest('label'), ...(e.labels || [])].filter(Boolean)
      .map(label => label.getBoundingClientRect())];
    return !places.some(size => size.width >= 24 && size.height >= 24);
  })
  .map(e => `${e.tagName.toLowerCase()}.${e.className} ${e.textContent.trim().slice(0, 20)}`)"""


def axe_problems(page: Page, context: str | None = None) -> list[str]:
    """Serious and critical violations, a line for each element. The window is made as tall as the
    page meanwhile, because a bar that stays at its end covers what one could scroll to."""
    window = page.viewport_size or {"width": 1280, "height": 800}
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": window["width"], "height": min(tall, 16_000)})
    violations = AXE.run(page, context=context, options=OPTIONS).response["violations"]
    page.set_viewport_size(window)
    return [
        f"{violation['id']}: {node['html'][:160]} {node['any'][0]['message'][:120] if node['any'] else ''}"
        for violation in violations
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


def sticking_out(page: Page) -> list[str]:
    """What makes the page scroll sideways; empty when it does not."""
    return page.evaluate(STICKING_OUT)


def small_targets(page: Page) -> list[str]:
    """What is pressed and smaller than 24 by 24 pixels, outside of running text."""
    return page.evaluate(SMALL_TARGETS)
