"""What axe-core objects to, what runs off the screen, where the focus cannot be seen."""

import json
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

_LEVEL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_ALL_RULES = {"runOnly": {"type": "tag", "values": _LEVEL}, "resultTypes": ["violations"]}
_COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast"]},
    "resultTypes": ["violations"],
}
_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_UNFOLD = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
_AXE = Axe()
#: A desk, a desk at 200 % zoom, a phone.
WIDTHS = (1280, 640, 360)

_FOCUS = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const seen = (node, pseudo) => {
    const style = getComputedStyle(node, pseudo);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0)
      || style.boxShadow !== 'none';
  };
  const box = one.getBoundingClientRect();
  const around = one.closest('li, label, .choice');
  return {
    what: one.outerHTML.slice(0, 120),
    visible: seen(one) || (around !== null && seen(around)),
    inside: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0
      && box.top < innerHeight && box.left < innerWidth,
  };
}"""


async def _objections(page: Page, options: dict[str, Any]) -> list[str]:
    # The script once a page: it is half a megabyte.
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_AXE.axe_script)
    found = await page.evaluate(f"axe.run({json.dumps(options)})")
    return [
        f"{item['id']}: {node['html'][:160]} | {node.get('failureSummary', '')[:200]}"
        for item in found["violations"]
        for node in item["nodes"]
    ]


async def look_at(page: Page) -> list[str]:
    """Everything wrong with the page that is open, light and dark, at three widths."""
    faults: list[str] = []
    await page.evaluate(_UNFOLD)
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        too_wide = await page.evaluate(_TOO_WIDE)
        if too_wide:
            faults.append(f"{too_wide} px too wide at {width} px")
        if width != 640:
            faults += [f"{width} px: {one}" for one in await _objections(page, _ALL_RULES)]
    await page.emulate_media(color_scheme="dark")
    faults += [f"dark: {one}" for one in await _objections(page, _COLOURS)]
    await page.emulate_media(color_scheme="light")
    return faults


async def walk_with_tab(page: Page, most: int = 60) -> list[str]:
    """Stops of the Tab key where nobody sees where they are."""
    faults = []
    for _ in range(most):
        await page.keyboard.press("Tab")
        stop = await page.evaluate(_FOCUS)
        if stop is None:
            break
        if not stop["visible"]:
            faults.append(f"no focus mark: {stop['what']}")
        if not stop["inside"]:
            faults.append(f"off the screen: {stop['what']}")
    return faults
