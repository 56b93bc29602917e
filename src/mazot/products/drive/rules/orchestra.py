# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the demo organization keeps in its drive: paths, who put them, how long ago, and what is inside.

Content, not interface: an orchestra in French-speaking Switzerland writes French, whatever language the reader has.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from mazot.products.drive.rules import samples

STRINGS = ("Violons I", "Violons II", "Altos", "Violoncelles", "Contrebasses", "Harpe")
WINDS = ("Flûtes", "Hautbois", "Clarinettes", "Bassons", "Cors I–II", "Cors III–IV", "Trompettes", "Trombones", "Orgue")
VOICES = ("Soprano", "Alto", "Ténor", "Basse")

REHEARSALS = [
    ("Date", "Heure", "Lieu", "Programme"),
    ("2026-11-24", "19:00", "Salle de la Grenette", "Fauré, Requiem: Introït, Kyrie"),
    ("2026-11-26", "19:00", "Salle de la Grenette", "Fauré, Requiem: Sanctus, Pie Jesu"),
    ("2026-12-01", "18:30", "Temple Saint-Étienne", "Générale avec chœur"),
    ("2026-12-03", "19:30", "Temple Saint-Étienne", "Concert"),
]

NOTES = """# Notes du chef

## Requiem, 3 décembre

- **Introït**: ne pas presser la mesure 18, laisser sonner les altos.
- **Libera me**: baryton à gauche du pupitre, cors assis.
- *In paradisum*: harpe devant, orgue à 4 pieds seul.

| Mouvement | Tempo | Durée |
|---|---|---|
| Introït et Kyrie | ♩ = 40 | 6:30 |
| Pie Jesu | ♩ = 44 | 3:40 |
| Libera me | 𝅗𝅥 = 60 | 4:50 |
"""

WELCOME = """Bienvenue dans votre dossier.

Ce dossier n'est visible que par vous. Les dossiers communs sont ceux de toute l'organisation.
Pour les garder aussi sur un ordinateur, ouvrez l'adresse WebDAV de ce Drive avec un mot de passe d'application.
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One file: where, who put it, how many hours ago, its content, and how many versions it has seen."""

    folder: str  # organization folder first; "~" for the person's own
    name: str
    by: str
    hours: float
    make: Callable[[], bytes]
    versions: int = 1


def _text(text: str) -> Callable[[], bytes]:
    return text.encode


def _pdf(title: str, *lines: str) -> Callable[[], bytes]:
    return partial(samples.pdf, title, lines)


def _part(work: str, part: str) -> Callable[[], bytes]:
    return _pdf(f"{work}", part, "", "Matériel d'orchestre, exemplaire de travail", "Retour après le concert")


def _table(lines: Sequence[tuple[str, ...]]) -> str:
    return "".join(";".join(line) + "\r\n" for line in lines)


SEASON = "Saison 2026–27"
SCORES = f"{SEASON}/Partitions"
COMMON = (SEASON, "Photothèque", "Billetterie")

SAMPLES: tuple[Sample, ...] = (
    *(
        Sample(f"{SCORES}/Cordes", f"Fauré – Requiem, {p}.pdf", "hannah", 9, _part("Fauré: Requiem", p))
        for p in STRINGS
    ),
    *(Sample(f"{SCORES}/Cordes", f"Ravel – Pavane, {p}.pdf", "hannah", 10, _part("Ravel: Pavane", p)) for p in STRINGS),
    *(Sample(f"{SCORES}/Vents", f"Fauré – Requiem, {p}.pdf", "camille", 30, _part("Fauré: Requiem", p)) for p in WINDS),
    *(Sample(f"{SCORES}/Vents", f"Ravel – Pavane, {p}.pdf", "camille", 31, _part("Ravel: Pavane", p)) for p in WINDS),
    *(
        Sample(f"{SCORES}/Chœur, voix séparées", f"Requiem, {p}.pdf", "maelle", 72, _part("Fauré: Requiem, chœur", p))
        for p in VOICES
    ),
    Sample(
        SCORES,
        "Programme de salle, Requiem.pdf",
        "agathe",
        0.3,
        _pdf("Requiem", "Gabriel Fauré, Requiem op. 48", "Maurice Ravel, Pavane", "Entrée libre, collecte à la sortie"),
    ),
    Sample(SCORES, "Fauré – Requiem, conducteur.pdf", "elodie", 0.8, _part("Fauré: Requiem", "Conducteur"), versions=4),
    Sample(SCORES, "Fauré – Requiem, violons I.pdf", "hannah", 50, _part("Fauré: Requiem", "Violons I"), versions=2),
    Sample(
        SCORES,
        "Libera me, répétition 14.11.wav",
        "oscar",
        190,
        partial(samples.wav, (146.83, 174.61, 220.0, 207.65, 220.0, 146.83)),
    ),
    Sample(
        SCORES,
        "Plan des pupitres.ods",
        "luc",
        0.1,
        partial(
            samples.ods,
            "Pupitres",
            (("Pupitre", "Chef", "Places"), ("Violons I", "Hannah Whitcombe", "10"), ("Cors", "Camille Jaccard", "4")),
        ),
    ),
    Sample(SCORES, "Notes du chef.md", "nathan", 240, _text(NOTES)),
    Sample(
        SCORES,
        "Affiche A2, épreuve 3.png",
        "ines",
        264,
        partial(samples.png, 212, 300, top=(24, 38, 84), bottom=(236, 142, 72)),
    ),
    Sample(
        SCORES,
        "Effectif et remplaçants.ods",
        "camille",
        290,
        partial(
            samples.ods,
            "Effectif",
            (
                ("Instrument", "Titulaire", "Remplaçant"),
                ("Basson", "R. Thorens", "à trouver"),
                ("Harpe", "B. Roch", "—"),
            ),
        ),
    ),
    Sample(
        SCORES,
        "Partitions louées (Bärenreiter).zip",
        "elodie",
        480,
        partial(
            samples.archive, {"À rendre avant le 30 janvier.txt": "Retour: 30 janvier 2027, colis assuré.".encode()}
        ),
    ),
    Sample(SEASON, "Calendrier des répétitions.csv", "agathe", 26, _text(_table(REHEARSALS))),
    Sample(
        SEASON,
        "Budget provisoire.csv",
        "agathe",
        120,
        _text(_table([("Poste", "CHF"), ("Solistes", "6400"), ("Salle", "1850"), ("Location de matériel", "1290")])),
    ),
    Sample(
        f"{SEASON}/Contrats",
        "Contrat soliste, Pie Jesu.pdf",
        "agathe",
        96,
        _pdf("Contrat d'engagement", "Soprano solo, Requiem de Fauré", "3 décembre 2026, Temple Saint-Étienne"),
    ),
    Sample(
        f"{SEASON}/Contrats",
        "Modèle d'engagement.md",
        "agathe",
        700,
        _text("# Engagement\n\n1. Dates et lieux\n2. Cachet et frais\n3. Enregistrement: accord écrit\n"),
    ),
    Sample(
        f"{SEASON}/Presse",
        "Communiqué, Requiem.txt",
        "ines",
        70,
        _text("L'Orchestre de la Vallée joue le Requiem de Fauré le 3 décembre à 19 h 30.\nEntrée libre, collecte.\n"),
    ),
    Sample(
        "Photothèque",
        "Vallée, aube.png",
        "ines",
        400,
        partial(samples.png, 256, 144, top=(70, 104, 158), bottom=(247, 202, 160)),
    ),
    Sample(
        "Photothèque",
        "Vallée, nuit.png",
        "ines",
        401,
        partial(samples.png, 256, 144, top=(8, 12, 30), bottom=(58, 74, 120)),
    ),
    Sample(
        "Billetterie",
        "Places réservées.csv",
        "agathe",
        5,
        _text(_table([("Nom", "Places", "Rang"), ("Famille Rochat", "4", "C"), ("École de musique", "12", "F")])),
    ),
    Sample(
        "~/Administration",
        "À faire.md",
        "elodie",
        3,
        _text("# Cette semaine\n\n- [x] Signer le contrat\n- [ ] Rappeler Bärenreiter\n- [ ] Assurance des timbales\n"),
    ),
    Sample("~", "Bienvenue.txt", "elodie", 900, _text(WELCOME)),
    Sample(
        "~/Administration",
        "Assurance instruments 2027.pdf",
        "elodie",
        150,
        _pdf("Assurance instruments", "Période: 2027", "Valeur déclarée: CHF 84'000"),
    ),
)
