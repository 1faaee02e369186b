"""Time zones as people name them: a city, a country, or the name that computers use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from core.zones import names

_PLACES = {
    "Europe/Berlin": "germany deutschland munich münchen hamburg cologne köln frankfurt stuttgart "
    "leipzig dresden düsseldorf",
    "Europe/Vienna": "austria österreich wien graz salzburg linz",
    "Europe/Zurich": "switzerland schweiz zürich geneva genf bern basel",
    "Europe/London": "uk england britain scotland wales manchester edinburgh glasgow birmingham",
    "Europe/Paris": "france frankreich lyon marseille nice",
    "Europe/Madrid": "spain spanien barcelona valencia sevilla",
    "Europe/Rome": "italy italien rom roma milan mailand milano naples turin",
    "Europe/Amsterdam": "netherlands niederlande rotterdam utrecht",
    "Europe/Brussels": "belgium belgien brüssel antwerp",
    "Europe/Warsaw": "poland polen warschau krakow kraków gdansk",
    "Europe/Prague": "czechia tschechien prag brno",
    "Europe/Lisbon": "portugal lissabon porto",
    "Europe/Athens": "greece griechenland athen",
    "Europe/Copenhagen": "denmark dänemark kopenhagen",
    "Europe/Stockholm": "sweden schweden gothenburg",
    "Europe/Oslo": "norway norwegen bergen",
    "Europe/Helsinki": "finland finnland",
    "Europe/Kyiv": "ukraine kiev kyiv lviv odesa",
    "Europe/Moscow": "moskau petersburg saint_petersburg st_petersburg",
    "Europe/Istanbul": "turkey türkei ankara izmir",
    "America/New_York": "nyc boston washington miami atlanta philadelphia brooklyn",
    "America/Chicago": "houston dallas austin minneapolis new_orleans",
    "America/Los_Angeles": "la san_francisco sf seattle san_diego portland las_vegas",
    "America/Toronto": "montreal ottawa",
    "America/Sao_Paulo": "brazil brasil rio rio_de_janeiro são_paulo brasilia",
    "Asia/Kolkata": "india indien mumbai delhi new_delhi bangalore bengaluru chennai hyderabad",
    "Asia/Shanghai": "china beijing peking shenzhen guangzhou",
    "Asia/Tokyo": "japan tokio osaka kyoto",
    "Asia/Seoul": "korea busan",
    "Asia/Dubai": "uae abu_dhabi",
    "Asia/Jerusalem": "israel tel_aviv haifa",
    "Australia/Sydney": "canberra",
    "Africa/Johannesburg": "south_africa cape_town pretoria durban",
}
"""Where many are, and no zone has the name."""
_LIKELY = {
    "de": ("Europe/Berlin",),
    "de-at": ("Europe/Vienna",),
    "de-ch": ("Europe/Zurich",),
    "en": ("Europe/London", "America/New_York"),
    "en-gb": ("Europe/London",),
    "en-us": ("America/New_York", "America/Los_Angeles"),
    "en-au": ("Australia/Sydney",),
    "en-in": ("Asia/Kolkata",),
    "es": ("Europe/Madrid", "America/Mexico_City"),
    "fr": ("Europe/Paris",),
    "it": ("Europe/Rome",),
    "nl": ("Europe/Amsterdam",),
    "pl": ("Europe/Warsaw",),
    "pt": ("Europe/Lisbon", "America/Sao_Paulo"),
    "pt-br": ("America/Sao_Paulo",),
    "ru": ("Europe/Moscow",),
    "tr": ("Europe/Istanbul",),
    "uk": ("Europe/Kyiv",),
    "ja": ("Asia/Tokyo",),
    "ko": ("Asia/Seoul",),
    "zh": ("Asia/Shanghai",),
    "hi": ("Asia/Kolkata",),
}
"""Where those who speak a language mostly are: offered, never taken for granted."""


@cache
def _by_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for zone in names():
        for part in zone.lower().split("/")[1:]:
            found.setdefault(part, set()).add(zone)
    for zone, places in _PLACES.items():
        for place in places.split():
            found.setdefault(place, set()).add(zone)
    return {word: tuple(sorted(zones)) for word, zones in found.items()}


def zones_like(said: str) -> Sequence[str]:
    """The zones that a city, a country or a name means."""
    word = "_".join(said.lower().replace(".", " ").split())
    exact = [each for each in names() if each.lower() == word]
    return exact or _by_word().get(word, ())


def likely(language: str) -> Sequence[str]:
    """Where somebody of this language perhaps is, the most likely first."""
    tag = language.lower()
    return _LIKELY.get(tag) or _LIKELY.get(tag.partition("-")[0]) or _LIKELY["en"]


def city(zone: str) -> str:
    """`New York` of `America/New_York`."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")
