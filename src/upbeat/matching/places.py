"""Names of countries and large cities: a company that names another one is another company, or its branch."""

from typing import Final

from upbeat.matching.tables import spelt

COUNTRIES: Final = spelt("places", "countries")
"""Countries and parts of the world by what names of companies and addresses call them; each by a code or a word."""

STATES: Final = spelt("places", "states")
"""States and provinces of large federations by their names, each by its postal abbreviation."""

PLACES: Final = (
    {name: f"city {city}" for name, city in spelt("places", "cities").items()}
    | {name: f"state {code}" for name, code in STATES.items() if len(name) > 3}
    | {name: f"country {code}" for name, code in COUNTRIES.items() if len(name) > 2 or name in {"uk", "us"}}
)
"""All of them that a name of a company may have in it, by what folded names call them."""
