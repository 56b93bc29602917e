# SPDX-License-Identifier: AGPL-3.0-or-later
"""The season of the demo: what the Orchestre de la Vallée puts on."""

from dataclasses import dataclass

Line = tuple[str, int, int | None]  # name, smallest units, tickets


@dataclass(frozen=True, slots=True)
class Concert:
    """One event of the demo; days are counted from the day it is furnished."""

    title: str
    subtitle: str
    place: str
    address: str
    description: str
    days: int
    hour: int
    minutes: int  # how long it lasts
    zones: tuple[tuple[str, int, tuple[Line, ...]], ...]  # name, tint, prices
    rule: str = ""
    online: str = "visible"
    minute: int = 0
    is_numbered: bool = False  # with the seats of the hall


HALL = "Salle du Torrent"
STREET = "Quai du Torrent 4, 1870 Monthey"
SEASON = (
    Concert(
        "Requiem de Fauré",
        "Orchestre de la Vallée et Chœur des Dents",
        HALL,
        STREET,
        "Gabriel Fauré, Requiem op. 48, version de 1893. Avant l'entracte, le Cantique de Jean Racine et la Pavane.",
        days=26,
        hour=20,
        minutes=105,
        zones=(
            ("Parterre avant", 5, (("Adulte", 5800, None), ("Réduit", 4600, None))),
            ("Parterre", 1, (("Adulte", 4200, None), ("Réduit", 3200, None), ("Enfant", 1500, None))),
            ("Côtés et fond", 2, (("Adulte", 2800, None), ("Réduit", 2000, None))),
        ),
        is_numbered=True,
    ),
    Concert(
        "Répétition publique",
        "Assis où l'on veut, questions bienvenues",
        "Foyer de la Salle du Torrent",
        STREET,
        "Une heure de travail à l'orchestre, expliquée par la cheffe.",
        days=19,
        hour=18,
        minute=30,
        minutes=60,
        zones=(("Foyer", 3, (("Entrée", 1000, 80), ("Élèves", 0, 40))),),
    ),
    Concert(
        "Pierre et le Loup",
        "Pour les enfants dès 5 ans",
        HALL,
        STREET,
        "Serge Prokofiev, avec une conteuse. Quatre samedis, deux fois par jour.",
        days=54,
        hour=11,
        minutes=50,
        rule="FREQ=WEEKLY;COUNT=4",
        zones=(("Salle", 4, (("Adulte", 2500, 250), ("Enfant", 1200, 250))),),
    ),
    Concert(
        "Concert de gala",
        "Avec le soutien des Amis de l'orchestre",
        HALL,
        STREET,
        "",
        days=117,
        hour=19,
        minute=30,
        minutes=130,
        zones=(("Salle", 6, (("Adulte", 7500, 399),)),),
        online="hidden",
    ),
)
