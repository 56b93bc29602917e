# SPDX-License-Identifier: AGPL-3.0-or-later
"""Django's settings, derived from the operator's configuration."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from mazot.suite.configuration import Configuration
from mazot.suite.products import ROOMS

MAZOT = Configuration.read()
SOURCE = Path(__file__).resolve().parent.parent

SECRET_KEY = MAZOT.key("django")
MAZOT_CREDENTIAL_KEY = MAZOT.key("credentials")
DEBUG = False
ALLOWED_HOSTS = ["*"] if not MAZOT.public_url else [urlsplit(MAZOT.address).hostname or "*", "127.0.0.1", "localhost"]
ROOT_URLCONF = "mazot.suite.urls"
CSRF_FAILURE_VIEW = "mazot.ui.errors.csrf_failed"
AUTH_USER_MODEL = "tenancy.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_countries",
    "django_cotton",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "mazot.foundation",
    "mazot.tenancy",
    "mazot.ui",
    *(f"mazot.products.{room}" for room in ROOMS),
    "mazot.suite",
]

MIDDLEWARE = [
    "mazot.suite.asked_hosts.AskedHostsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "mazot.ui.policy.PolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "mazot.heads.api.guard.GuardMiddleware",  # before everything that reads a cookie
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "mazot.ui.errors.ErrorsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mazot.suite.languages.LanguageMiddleware",
    "mazot.tenancy.web.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "mazot.products.account.web.seen.SeenMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # django-cotton looks for <c-button> in components/button/index.html.
        "DIRS": [SOURCE / "ui"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "mazot.ui.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mazot.suite.shell.shell",
            ],
        },
    }
]
COTTON_DIR = "components"
COTTON_SNAKE_CASED_NAMES = False
COTTON_ISOLATE_BY_DEFAULT = True


def _database() -> dict[str, object]:
    if not MAZOT.database:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": MAZOT.data / "mazot.sqlite3",
            "CONN_MAX_AGE": None,
            # IMMEDIATE: a read turned into a write fails at once in a deferred transaction, whatever the timeout.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000; "
                "PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;",
            },
        }
    url = urlsplit(MAZOT.database)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # No question here runs long enough to win back the 8 to 20 ms that compiling it takes.
        "OPTIONS": {"connect_timeout": 10, "options": "-c jit=off"},
    }


DATABASES = {"default": _database()}
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": [],
        "OPTIONS": {"id_function": "mazot.foundation.ids.new_id"},
    }
}
# Counts and throttles must be the same for every process and every node.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "suite_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
PASSWORD_HASHERS = ["mazot.suite.hashers.BoundedArgon2"]
LOGGING_CONFIG = None  # suite/logs.py, when a role starts

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("de", "Deutsch"), ("it", "Italiano"), ("es", "Español")]
LOCALE_PATHS = [SOURCE / "locale"]
USE_I18N = True

STATIC_URL = "/static/"
BUILT = SOURCE / "ui" / "built"  # what /static/ serves
STATICFILES_DIRS = [BUILT] if BUILT.is_dir() else []
# In the database and not "cached_db": with the cache in the same database that would be two queries instead of one.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = MAZOT.is_secure
LOGIN_URL = "/login"
# The prefix has browsers refuse the cookie from a neighbour's domain and over plain HTTP.
SESSION_COOKIE_NAME = "__Host-mazot" if MAZOT.is_secure else "mazot"
CSRF_COOKIE_NAME = "__Host-csrf" if MAZOT.is_secure else "csrf"
CSRF_TRUSTED_ORIGINS = [MAZOT.address] if MAZOT.public_url else []
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024  # as suite/pages.py: forms, no files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a selection of that many files is one form
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if MAZOT.is_secure else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "SAMEORIGIN"

# allauth: one identifier, kept in Person.login; it looks like an e-mail address and is none of the mail service's.
ACCOUNT_USER_MODEL_EMAIL_FIELD = "login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "mazot.products.account.web.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "mazot.products.account.web.forms.LoginForm",
    "signup": "mazot.products.account.web.forms.SignupForm",
    "reset_password": "mazot.products.account.web.forms.ForgottenForm",
    "reset_password_from_key": "mazot.products.account.web.forms.ResetForm",
    "change_password": "mazot.products.account.web.forms.PasswordForm",
}
ACCOUNT_EMAIL_VERIFICATION = "optional"  # letters may lie in a folder, which must lock nobody out
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
# Passwords go at the pace of tenancy's paces, which slow the side a guess comes from; this limit is left for codes of
# the second step. Whoever gets there knows the password, so a limit by name gives strangers nothing to lock with.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "20/m/ip,6/300s/key",
    "login": None,  # by address alone: it would shut the guesser's neighbours out with the guesser
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/h/key",
    "gate_pair": "30/m/ip",  # the code of a scanner at the gate
}
MFA_ADAPTER = "mazot.products.account.web.factors.SecondFactors"
MFA_FORMS = {
    "activate_totp": "mazot.products.account.web.forms.CodeOnForm",
    "authenticate": "mazot.products.account.web.forms.CodeForm",
    "reauthenticate": "mazot.products.account.web.forms.CodeAgainForm",
}
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
# Letters may lie in a folder nobody reads; who cannot confirm an address must still be able to add a factor.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Mazot"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not MAZOT.is_secure  # browsers allow it on localhost only
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "given_name", "family_name")},
    },
]

# Reached before a second factor that an organization asks for is set up; the second list without an organization.
MAZOT_OPEN_PATHS = [
    "/account/two-factor/",
    "/account/again",
    "/login",
    "/logout",
    "/signup",
    "/language",
    "/static/",
    "/invitation/",
]
MAZOT_PERSONAL_PATHS = [*MAZOT_OPEN_PATHS, "/account/"]
MAZOT_PHOTOS = "/account/photo/"
MAZOT_TWO_FACTOR_PAGE = "/account/two-factor/"

EMAIL_BACKEND = "mazot.suite.letters.Queue" if MAZOT.queues_letters else "mazot.foundation.letters.Outbox"
DEFAULT_FROM_EMAIL = f"Mazot <no-reply@{MAZOT.mail_host}>"  # the host whose name signs it
