"""Settings: everything an installation may choose, from the environment; nothing secret lives here."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from nesie.config import database, demo

ROOT = Path(__file__).resolve().parents[3]
NESIE_HOME = Path(os.environ.get("NESIE_HOME", ROOT / "var"))
NESIE_KEYS_DIR = Path(os.environ.get("NESIE_KEYS_DIR", NESIE_HOME / "keys"))
NESIE_ANCHOR_FILE = Path(os.environ.get("NESIE_ANCHOR_FILE", NESIE_HOME / "anchor" / "heads.jsonl"))

NESIE_DEMO = os.environ.get("NESIE_DEMO", "") == "1"
NESIE_DEMO_PARTS = demo.parts(os.environ)
DEBUG = False


def _secret_key() -> str:
    if os.environ.get("NESIE_SECRET_KEY"):
        return os.environ["NESIE_SECRET_KEY"]
    path = NESIE_KEYS_DIR / "django-secret"
    if path.exists():
        return path.read_text()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    key = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("NESIE_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

FOUNDATION = ["audit", "vault", "norms", "documents", "exchange", "lender", "notices", "ledger", "terms"]
FOUNDATION += ["identification", "access"]
JOURNEY = ["clients", "aml", "creditworthiness", "applications", "contracts", "payments", "loans"]

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    *(f"nesie.foundation.{name}.apps.{name.capitalize()}Config" for name in FOUNDATION),
    *(f"nesie.journey.{name}.apps.{name.capitalize()}Config" for name in JOURNEY),
    "nesie.entrypoints.web",
    "nesie.entrypoints.api.apps.ApiConfig",
    "nesie.config.apps.NesieConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "nesie.entrypoints.web.middleware.ReferenceMiddleware",
    "nesie.entrypoints.web.middleware.LanguageMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "nesie.entrypoints.web.middleware.ActorMiddleware",
    "nesie.entrypoints.api.middleware.ApiMiddleware",
]

ROOT_URLCONF = "nesie.config.urls"
WSGI_APPLICATION = "nesie.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "nesie.entrypoints.web.context.page",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "django.templatetags.i18n"],
        },
    }
]

DATABASES = {"default": database.django_settings(database.url(NESIE_HOME))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "kk"
LANGUAGES = [("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [ROOT / "src" / "nesie" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Almaty"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # the pages' files lie in the package: nothing has to be collected first
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
# Uploads stay in memory: a spool file in the temporary folder would hold personal data in clear (clause 11-secrecy).
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 52 * 1024 * 1024  # a letter's five attachments of 10 MB

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
# One-page notes ride in a signed cookie that the next page takes away: no authorisation data is in them.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
MESSAGE_TAGS = {25: "success", 30: "warning", 40: "danger"}
CSRF_FAILURE_VIEW = "nesie.entrypoints.web.errors.csrf_failed"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None  # gone with the browser
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
# The demo speaks plain HTTP on loopback; anything else is behind TLS 1.2+ (clause 23).
NESIE_SECURE = not NESIE_DEMO
CSRF_COOKIE_SECURE = NESIE_SECURE
SECURE_SSL_REDIRECT = NESIE_SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if NESIE_SECURE else 0

# Whose X-Forwarded-For is believed: limits by source count the address that stands before these.
NESIE_TRUSTED_PROXIES = frozenset(os.environ.get("NESIE_TRUSTED_PROXIES", "127.0.0.1,::1").split(","))

# Outside systems, by address; each has a simulator on loopback in the demo.
NESIE_ADDRESSES = {
    "bank": os.environ.get("NESIE_BANK_URL", "http://127.0.0.1:8101"),
    "coid": os.environ.get("NESIE_COID_URL", "http://127.0.0.1:8102"),
    "registry": os.environ.get("NESIE_REGISTRY_URL", "http://127.0.0.1:8103"),
    "messages": os.environ.get("NESIE_MESSAGES_URL", "http://127.0.0.1:8104"),
    "pki": os.environ.get("NESIE_PKI_URL", "http://127.0.0.1:8105"),
    "bureau": os.environ.get("NESIE_BUREAU_URL", "http://127.0.0.1:8107"),
    "egov": os.environ.get("NESIE_EGOV_URL", "http://127.0.0.1:8111"),
    "afm": os.environ.get("NESIE_AFM_URL", "http://127.0.0.1:8108"),
    "ncalayer": os.environ.get("NESIE_NCALAYER_URL", "ws://127.0.0.1:13579" if NESIE_DEMO else "wss://127.0.0.1:13579"),
}

# Who may vouch for phones (roots of their makers) and who our application is; an absent folder: nobody.
NESIE_ATTESTATION_DIR = Path(os.environ.get("NESIE_ATTESTATION_DIR", NESIE_HOME / "attestation"))

# How eGov Mobile is called on a phone; {link} is our address. Empty: not offered (its makers must let our domain in).
_PHONE = os.environ.get("NESIE_EGOV_MOBILE_URL", "http://127.0.0.1:8109") if "EMULATORS" in NESIE_DEMO_PARTS else ""
NESIE_EGOV_MOBILE_LINK = os.environ.get("NESIE_EGOV_MOBILE_LINK", _PHONE and _PHONE + "/scan?link={link}")
if _PHONE:
    NESIE_ADDRESSES["egov_mobile"] = _PHONE

# NCANode of the lender's own, asked beside our verifier: both must agree. Empty: ours alone.
NESIE_NCANODE_URL = os.environ.get("NESIE_NCANODE_URL", "")

# Where certification authorities answer ({anchor}: the name of an authority's file; those answering elsewhere stand in
# authorities.toml), and whose certificates are pinned (PEM or DER files; empty: nobody's count).
NESIE_PKI = {
    "ocsp": os.environ.get("NESIE_OCSP_URL", NESIE_ADDRESSES["pki"] + "/ocsp/"),
    "crl": os.environ.get("NESIE_CRL_URL", NESIE_ADDRESSES["pki"] + "/crl/{anchor}.crl"),
    "stamps": os.environ.get("NESIE_TSP_URL", NESIE_ADDRESSES["pki"] + "/tsp/"),
}
NESIE_GOST = os.environ.get("NESIE_GOST", "auto")  # openssl, python, or the first of them there is
_TEST_AUTHORITY = "TEST_AUTHORITY" in NESIE_DEMO_PARTS
NESIE_ANCHORS_DIR = Path(
    os.environ.get("NESIE_ANCHORS_DIR", NESIE_HOME / ("simulators/pki/anchors" if _TEST_AUTHORITY else "anchors"))
)
NESIE_DEMO_BANK_CODES = frozenset({"999"} if "EMULATORS" in NESIE_DEMO_PARTS else ())

# What the lender calls itself at the identification centre and the state base.
_EMULATED = "nesie-demo" if "EMULATORS" in NESIE_DEMO_PARTS else ""
NESIE_COID = {
    "client_id": os.environ.get("NESIE_COID_CLIENT_ID", _EMULATED),
    "client_secret": os.environ.get("NESIE_COID_CLIENT_SECRET", _EMULATED and "nesie-demo-secret"),
}
# Who looks at faces: "coid" (the identification centre) or "own" (the lender's own devices, and the centre for whoever
# was registered by it). A presentation-attack model of the lender's choice: the dotted name of its class.
NESIE_BIOMETRICS = os.environ.get("NESIE_BIOMETRICS", "coid")
NESIE_ATTACK_DETECTOR = os.environ.get("NESIE_ATTACK_DETECTOR", "")
NESIE_REGISTRY = {
    "user": os.environ.get("NESIE_REGISTRY_USER", _EMULATED),
    "password": os.environ.get("NESIE_REGISTRY_PASSWORD", _EMULATED),
    "user_id": os.environ.get("NESIE_REGISTRY_USER_ID", _EMULATED and "nesie"),
}

# The credit bureau's type of a BIN, which its contract with the lender tells; empty: legal entities are not asked
# about, and their applications wait.
NESIE_BUREAU_ENTITY_TYPE = os.environ.get("NESIE_BUREAU_ENTITY_TYPE", _EMULATED and "BIN")

# Where the identification centre may send people of the apps back to; the demo's app listens on the loopback.
_APP = "http://127.0.0.1:8550/identified" if "EMULATORS" in NESIE_DEMO_PARTS else ""
NESIE_API_RETURNS = frozenset(filter(None, os.environ.get("NESIE_API_RETURNS", _APP).split(",")))
# How the lender's own applications name themselves to a passkey (`android:apk-key-hash:...`); browsers need nothing.
NESIE_APP_ORIGINS = frozenset(filter(None, os.environ.get("NESIE_APP_ORIGINS", "").split(",")))

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "connect-src": [
            "'self'",
            "wss://127.0.0.1:13579",  # NCALayer on the client's own machine
            "https://127.0.0.1:24680",  # the same of KAZTOKEN, which the signing library looks for
            *([NESIE_ADDRESSES["ncalayer"]] if "EMULATORS" in NESIE_DEMO_PARTS else []),
        ],
        "frame-ancestors": ["'self'"],
        # Going to the identification centre is an answer to a form of ours.
        "form-action": ["'self'", "{0.scheme}://{0.netloc}".format(urlsplit(NESIE_ADDRESSES["coid"]))],
        "base-uri": ["'none'"],
        "object-src": ["'self'"],
    }
}

# Links in messages lead here; left empty, to the domain of the brand.
NESIE_PUBLIC_URL = os.environ.get("NESIE_PUBLIC_URL", "").rstrip("/")
demo.check_addresses(
    {f"NESIE_{name.upper()}_URL": address for name, address in NESIE_ADDRESSES.items()}
    | {
        "NESIE_OCSP_URL": NESIE_PKI["ocsp"],
        "NESIE_CRL_URL": NESIE_PKI["crl"],
        "NESIE_TSP_URL": NESIE_PKI["stamps"],
    }
    | ({"NESIE_NCANODE_URL": NESIE_NCANODE_URL} if NESIE_NCANODE_URL else {})
    | ({"NESIE_EGOV_MOBILE_LINK": NESIE_EGOV_MOBILE_LINK} if NESIE_EGOV_MOBILE_LINK else {}),
    NESIE_DEMO_PARTS,
)
NESIE_GATEWAY_TIMEOUT_SECONDS = float(os.environ.get("NESIE_GATEWAY_TIMEOUT_SECONDS", "10"))
# Who carries messages to the outside world; simulations name another.
NESIE_CARRIER = "nesie.config.outside.carrier"
NESIE_BANK = "nesie.config.outside.bank"
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING_CONFIG = None  # config/logs.py does it, when the rooms are ready
NESIE_LOG_LEVEL = os.environ.get("NESIE_LOG_LEVEL", "INFO")
