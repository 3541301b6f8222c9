"""No text of the charts of who is counted leaves its drawing or meets another, in two fonts."""

import pytest
from playwright.sync_api import Browser

from canut.core.portrait.charts.frame import standalone
from tests.core.portrait.samples import charts

OUTSIDE = """() => {
  const svg = document.querySelector("svg");
  const [width, height] = [svg.viewBox.baseVal.width, svg.viewBox.baseVal.height];
  const drawn = [...svg.querySelectorAll("text")];
  const texts = drawn.map((text) => [text.textContent, text.getBBox()]);
  const meet = (a, b) =>
    Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 1 &&
    Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 6;
  const over = texts.flatMap(([words, box], index) =>
    texts
      .slice(index + 1)
      .filter(([, other]) => meet(box, other))
      .map(([own]) => `${words}/${own}`),
  );
  const outside = texts
    .filter(([, box]) => box.x < -1 || box.x + box.width > width + 1 || box.y + box.height > height)
    .map(([words]) => words);
  return [...outside, ...over];
}"""
FONTS = ("'Noto Sans',Arial,sans-serif", "'DejaVu Sans',Verdana,sans-serif")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_text_of_a_chart_is_inside_its_drawing(chromium: Browser, language: str) -> None:
    page = chromium.new_page()
    drawn = [chart for chart in charts(language) if chart.key in {"C1", "C2", "C3"}]

    outside: list[str] = []
    for font in FONTS:
        for chart in drawn:
            for drawing in (chart.wide, chart.narrow):
                page.set_content(standalone(drawing).replace(FONTS[0], font))
                assert page.locator("svg text").count() > 10
                outside += page.evaluate(OUTSIDE)

    page.close()
    assert len(drawn) == 3
    assert outside == []
