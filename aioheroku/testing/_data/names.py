"""Word lists for generated names."""

from random import Random
from typing import Final

ADJECTIVES: Final = tuple(
    """
    ancient autumn billowing bitter black blue bold broken calm cold cool crimson damp dark dawn
    delicate empty falling fierce floral fragrant frosty gentle green hidden holy icy immense infinite
    late lingering little lively long misty morning mysterious nameless obscure old patient polished
    proud purple quiet red restless rough shy silent small snowy solitary sparkling still summer
    throbbing vast wandering weathered white wild winter wispy young
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
NOUNS: Final = tuple(
    """
    badlands basin bayou beach brook bush butte canyon caverns cliffs cove crag dawn depths earth
    everglades falls field forest fortress garden gorge harbor headland hollows inlet island journey
    lake mesa mountain oasis ocean peak plains plateau prairie ravine reaches reef ridge river sands
    savannah scrubland sea shelf shore sierra spire springs stream tor tundra waters wildwood woodland
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
PRODUCTS: Final = tuple(
    """
    account billing booking campaign cart catalog checkout customer delivery events fleet identity
    inventory invoice ledger loyalty mail media notify orders partner payment pricing profile quote
    reports returns search shipping signup support survey tickets tracking warehouse
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
ROLES: Final = tuple(
    """
    admin api backend cron dashboard frontend gateway hooks jobs portal proxy service sync web worker
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
STAGES: Final = ("", "", "-staging", "-production", "-qa", "-demo")
COLOURS: Final = tuple(
    """
    amber aqua blue bronze cobalt copper crimson cyan gold gray green ivory jade olive orange pink teal
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
CITIES: Final = tuple(
    """
    akita bari gifu hyogo kobe kyoto mie nagoya nara osaka saga tokyo toyama
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
PEOPLE: Final = (
    "Tina Edmonds",
    "Marcus Oyelaran",
    "Priya Raman",
    "Jonas Lindqvist",
    "Chiara Bellini",
    "Tomasz Nowak",
    "Aiko Tanabe",
    "Lucas Ferreira",
    "Hannah Voss",
    "Dmitri Sokolov",
    "Grace Adeyemi",
    "Oliver Whitcombe",
)
OUTSIDERS: Final = (
    "sam.price@contractors.example.net",
    "review@agency.example.org",
    "j.kowalczyk@freelance.example.net",
)


def haiku(rng: Random) -> str:
    """A name as the platform gives to an app that was created without one."""
    return f"{rng.choice(ADJECTIVES)}-{rng.choice(NOUNS)}-{rng.randint(1000, 9999)}"


def app_name(rng: Random) -> str:
    """A name as people give it, sometimes one the platform gave."""
    if rng.random() < 0.25:
        return haiku(rng)
    return f"{rng.choice(PRODUCTS)}-{rng.choice(ROLES)}{rng.choice(STAGES)}"


def addon_name(service: str, rng: Random) -> str:
    """A name of an add-on."""
    return f"{service}-{rng.choice(COLOURS)}-{rng.randint(1000, 9999)}"


def endpoint_name(rng: Random) -> str:
    """A name of an SSL endpoint."""
    return f"{rng.choice(CITIES)}-{rng.randint(1000, 9999)}"


def sni_endpoint_name(rng: Random) -> str:
    """A name of an SNI endpoint."""
    return f"{rng.choice(NOUNS)}-{rng.randint(1000, 9999)}"


def email(name: str) -> str:
    """The address of one of the people, at the fleet's own domain."""
    return f"{name.lower().replace(' ', '.')}@example.com"
