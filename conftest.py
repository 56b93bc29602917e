# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every test may ask for: the cast, a signed-in browser, an application password, a clock, a place for blobs."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db.backends.sqlite3.base import DatabaseOperations
from django.test import Client
from django.utils import translation
from hypothesis import settings as generated

from mazot.foundation.clock import CLOCK, Clock
from mazot.foundation.resolver import answering
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Organization, Person, ProductInstance
from tests.cast import Cast, People, assemble
from tests.replay import Recording
from tests.template import copied_when_kept
from tests.zone import Zone

# No dice: generated cases are the same on every run and every machine.
generated.register_profile("house", derandomize=True, database=None, deadline=None)
generated.load_profile("house")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Put SQLite's test database in a file: in memory it knows neither WAL nor several connections.

    Each worker of a run has its own: on PostgreSQL by the suffix of its name, here by its folder.
    """
    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "mazot.sqlite3")


@pytest.fixture(scope="session")
def django_db_use_migrations(django_db_use_migrations: bool) -> Iterator[bool]:
    """Begin with a copy of the migrated database where one is kept."""
    if not django_db_use_migrations:
        yield False
        return
    with copied_when_kept():
        yield True


@pytest.fixture(scope="session", autouse=True)
def emptied_between_tests() -> Iterator[None]:
    """Let Django empty SQLite's tables after a test that commits: TRUNCATE, which asks no trigger, is not there."""
    flush = DatabaseOperations.execute_sql_flush

    def without_guard(self: DatabaseOperations, statements: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'fact_stays'")
            guard = [row[0] for row in cursor.fetchall()]
        flush(self, [*("DROP TRIGGER fact_stays" for _ in guard), *statements, *guard])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", without_guard)
        yield


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, settings: object) -> Path:
    """Give each test a data folder of its own, for blobs and letters."""
    folder = tmp_path / "data"
    settings.MAZOT = replace(settings.MAZOT, data=folder)
    return folder


@pytest.fixture(autouse=True)
def clock() -> Iterator[Clock]:
    yield CLOCK
    CLOCK.reset()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A page that was asked for in French leaves its thread French; the next test begins in English again."""
    translation.activate("en")
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def recordings() -> dict[str, Recording[Cast]]:
    """The cast as it was made for the first test that asked for it."""
    return {}


@pytest.fixture
def cast(db: None, clock: Clock, recordings: dict[str, Recording[Cast]]) -> Cast:
    if clock.frozen or clock.offset:  # some moments of a row are the database's, not the clock's
        return assemble()
    if "cast" not in recordings:
        recordings["cast"] = Recording(assemble)
    return recordings["cast"].play()


@pytest.fixture
def zone() -> Iterator[Zone]:
    """The domain name system: what a test writes into it, and nothing else."""
    made = Zone()
    with answering(made):
        yield made


@pytest.fixture
def people(cast: Cast) -> People:
    return cast.people


@pytest.fixture
def mimosa(cast: Cast) -> Organization:
    return cast.mimosa


@pytest.fixture
def rival(cast: Cast) -> Organization:
    return cast.rival


@pytest.fixture
def olive(cast: Cast) -> Actor:
    return cast.olive


@pytest.fixture
def adam(cast: Cast) -> Actor:
    return cast.adam


@pytest.fixture
def malik(cast: Cast) -> Actor:
    return cast.malik


@pytest.fixture
def gaia(cast: Cast) -> Actor:
    return cast.gaia


@pytest.fixture
def basil(cast: Cast) -> Actor:
    return cast.basil


@pytest.fixture
def otto(cast: Cast) -> Actor:
    return cast.otto


@pytest.fixture
def drive(cast: Cast) -> ProductInstance:
    assert cast.drive is not None, "the drive is declared with open_instance"
    return cast.drive


@pytest.fixture
def rival_drive(cast: Cast) -> ProductInstance:
    assert cast.rival_drive is not None, "the drive is declared with open_instance"
    return cast.rival_drive


@pytest.fixture
def signed_in(db: None) -> Callable[[Actor], Client]:
    """A browser in which this actor has signed in."""

    def sign_in(actor: Actor) -> Client:
        client = Client()
        client.force_login(Person.objects.get(id=actor.person_id), backend=django_settings.AUTHENTICATION_BACKENDS[0])
        return client

    return sign_in


@pytest.fixture
def app_password(db: None) -> Callable[..., str]:
    """The secret of a new application password of this actor."""
    from mazot.tenancy.actions.app_passwords import make_app_password

    def make(actor: Actor, **details: object) -> str:
        person = Person.objects.get(id=actor.person_id)
        details = {"name": "Joplin", "scopes": ["drive"]} | details
        return make_app_password(actor, person, **details)[1]

    return make
