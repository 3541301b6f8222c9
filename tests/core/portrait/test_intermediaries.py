"""Chains of subcontractors stand beside what an hour must bring where each client is."""

from canut.core.money import Money
from canut.core.portrait.chart_set import KEYS, charts_of
from canut.core.portrait.entries import entries_of
from canut.core.portrait.language import PortraitLanguage
from tests.core.portrait.edition import REFERENCE, release


def test_minimum_wage_where_a_client_is_stands_beside_the_chain_in_its_own_money() -> None:
    made = release()

    by_name = {one.name: one for one in made.figures}
    entries = entries_of(made, REFERENCE)
    wages = [by_name["chain.wage.FR"], by_name["chain.wage.XK"]]
    assert [str(one.value) for one in wages] == ["12.02", "None"]
    assert entries.told(entries.get("chain.wage.FR"), PortraitLanguage("fr")) == "12,02\u00a0€"
    assert entries.told(entries.get("chain.wage.XK"), PortraitLanguage("en")) == "unknown"
    drawn = charts_of(made, REFERENCE, Money(16_600_000, "CAD"), "en")[KEYS.index("C12")]
    assert drawn.wide.count("An hour at the minimum wage") == 3
    assert "€12.02" in drawn.wide
    assert "unknown" in drawn.narrow
