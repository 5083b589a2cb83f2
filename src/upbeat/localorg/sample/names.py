"""Invented names of people and companies. No two companies of a sample share one, but where it is meant."""

from random import Random

_FIRST = """
Ada Amir Anna Beatriz Bruno Carla Chidi Clara Daniel Devi Elena Emeka Erik Fatima Felix Gina Hana Hugo Ines Ivan
Jana Jonas Julia Karim Kofi Lara Leon Lucia Marta Mateo Mei Milan Nadia Noah Olga Omar Paula Pavel Rafael Rosa Sara
Selma Simon Sofia Tarik Tess Tomas Vera Viktor Yuki
"""
_LAST = """
Abara Adler Almeida Bauer Becker Berg Bianchi Brandt Castro Cohen Costa Dubois Egan Fischer Fonseca Garnier Haas
Hansen Ibarra Ito Jansen Keller Khoury Kowal Lange Larsen Lemaire Lund Marin Mensah Molina Moreau Nakata Nowak
Okafor Olsen Pereira Petrov Quinn Rahman Reyes Rossi Santos Schulz Silva Tanaka Vargas Weber Yilmaz Zeman
"""
_HOUSE = """
Alderby Ashvale Brackwell Brightmoor Calder Carnforth Corvane Dunmere Eastlow Elmstead Fairholt Fennick Galdor
Glenrowe Harrowby Hartmere Ivelle Jorvane Kelsby Kestrow Langmere Larkhill Lowell Marlon Merrow Northvane Oakmere
Orwick Pellham Penrowe Quillon Ravensby Redmoor Selwick Silverby Stanmere Tarrow Thornby Underhill Varley Westlow
Whitmoor Wexley Yarrowby
"""
_TRADE = """
Analytics Biotech Chemicals Components Energy Farms Foods Freight Health Instruments Logistics Materials Media
Mobility Optics Packaging Pharma Power Robotics Software Systems Textiles Tools Water
"""
_TITLES = (
    "Chief Financial Officer",
    "Chief Technology Officer",
    "Director of Operations",
    "Head of Procurement",
    "Head of Sales",
    "IT Manager",
    "Operations Manager",
    "VP Engineering",
    "VP Finance",
)
_ROLES = ("Business User", "Decision Maker", "Economic Buyer", "Evaluator", "Executive Sponsor", "Influencer")


class Names:
    """Draws names with one source of chance."""

    def __init__(self, random: Random) -> None:
        """Shuffle all companies once, so that none comes twice."""
        self._random = random
        self._first, self._last = _FIRST.split(), _LAST.split()
        self._companies = [f"{house} {trade}" for house in _HOUSE.split() for trade in _TRADE.split()]
        random.shuffle(self._companies)

    def person(self) -> tuple[str, str]:
        """Give a first and a last name."""
        return self._random.choice(self._first), self._random.choice(self._last)

    def company(self) -> str:
        """Give a company's name that was not given before."""
        return self._companies.pop()

    def title(self) -> str:
        """Give a person's title."""
        return self._random.choice(_TITLES)

    def buying_role(self) -> str:
        """Give a contact's role in a deal."""
        return self._random.choice(_ROLES)


def domain(company: str) -> str:
    """Give the company's domain on the net."""
    return company.replace(" ", "").casefold() + ".example"
