"""Every setting, in one file. What differs between installations is an environment variable.

Three shapes (``SHALIJIN_MODE``): **demo** (``make run``; SQLite, known passwords, loopback),
**small** (``manage.py up``; SQLite, real mail, one machine) and **production** (PostgreSQL and
Redis). Nothing set means production, because that is the shape that refuses what is unsafe.
``test`` is for the suite. `.env.example` lists every variable.
"""

import re
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from community.clock import parse_offset
from community.trust.logs import logging_config
from config import env, mail

BASE_DIR = Path(__file__).resolve().parent.parent
if env.text("SHALIJIN_MODE", "") not in ("demo", "test"):
    # The file is an installation's own: the demo and the suite must not meet its database.
    env.load_dotenv(BASE_DIR / ".env")

# Shape and place ------------------------------------------------------------
MODE = env.choice("SHALIJIN_MODE", "production", ("demo", "small", "production", "test"))
DEMO = MODE == "demo"
PRODUCTION = MODE == "production"
DEBUG = env.flag("DEBUG", False)
if DEBUG and PRODUCTION:
    raise ImproperlyConfigured("DEBUG is true in production; set DEBUG=false or another mode.")

DATA_DIR = Path(env.text("SHALIJIN_DATA", str(BASE_DIR / "var"))).absolute()
KEYS_DIR = DATA_DIR / "keys"
CLOCK_OFFSET_TEXT = env.text("SHALIJIN_CLOCK_OFFSET", "")
try:
    CLOCK_OFFSET = parse_offset(CLOCK_OFFSET_TEXT)
except ValueError as error:
    raise ImproperlyConfigured(f"SHALIJIN_CLOCK_OFFSET: {error}") from error

if PRODUCTION:
    SECRET_KEY = env.secret("SECRET_KEY")
else:
    SECRET_KEY = env.generated(
        "SECRET_KEY", KEYS_DIR / "secret_key", lambda: secrets.token_urlsafe(64)
    )
SECRET_KEY_FALLBACKS = env.csv("SECRET_KEY_FALLBACKS")
# Keys of the sealed fields, newest first; without them demo and small make their own in KEYS_DIR.
FIELD_KEYS = [key for key in re.split(r"[,\s]+", env.secret("FIELD_KEYS", "")) if key]
BLIND_INDEX_KEY = env.secret("BLIND_INDEX_KEY", "")

# Address --------------------------------------------------------------------
BIND = env.text("BIND", "127.0.0.1")
PORT = env.integer("PORT", 8000, least=1, most=65535)
_base = env.url(
    "BASE_URL",
    env.REQUIRED if PRODUCTION else f"http://localhost:{PORT}",
    schemes=("https",) if PRODUCTION else ("http", "https"),
)
BASE_URL = _base.geturl().rstrip("/")
HTTPS = _base.scheme == "https"
ALLOWED_HOSTS = env.csv("ALLOWED_HOSTS") or [_base.hostname or "localhost"]
if not PRODUCTION:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
if "*" in ALLOWED_HOSTS and PRODUCTION:
    raise ImproperlyConfigured("ALLOWED_HOSTS holds '*'; name the hosts that serve this site.")
CSRF_TRUSTED_ORIGINS = [f"{_base.scheme}://{_base.netloc}"]
ADMIN_PATH = env.text("ADMIN_PATH", "operator-admin").strip("/")
if not re.fullmatch(r"[a-z0-9-]{4,40}", ADMIN_PATH):
    raise ImproperlyConfigured(
        f"ADMIN_PATH is {ADMIN_PATH!r}; use 4 to 40 small letters, digits and hyphens."
    )
TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 1 if PRODUCTION else 0, most=10)

# Apps -----------------------------------------------------------------------
INSTALLED_APPS = [
    "community",
    "cohorts",
    "courses",
    "shelters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "csp",
    "rules",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
]
MIDDLEWARE = [
    # These three see every answer: redirects, files and errors too.
    "community.middleware.requests.RequestIdMiddleware",
    "csp.middleware.CSPMiddleware",
    "community.middleware.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Files are compressed when they are built; pages here, with random bytes against guessing by
    # length. The CSRF token is masked anew for each page.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "community.middleware.locale.MemberLocaleMiddleware",
    "community.middleware.errors.ErrorsMiddleware",
    # Last, so that it sees the view that was found and the member who asks.
    "community.middleware.access.ClosedByDefaultMiddleware",
    "community.middleware.mfa.SecondFactorMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["community.templatetags.components"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "community.context_processors.page",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database -------------------------------------------------------------------
DATABASE_URL = env.url(
    "DATABASE_URL",
    env.REQUIRED if PRODUCTION else f"sqlite:///{DATA_DIR / 'shalijin.sqlite3'}",
    schemes=("postgres", "postgresql") if PRODUCTION else ("sqlite", "postgres", "postgresql"),
)
if DATABASE_URL.scheme == "sqlite":
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(DATABASE_URL.path.removeprefix("/")),
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "timeout": 20,
                # A read transaction that turns into a write fails at once, whatever the timeout.
                "transaction_mode": "IMMEDIATE",
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
                    "PRAGMA mmap_size=134217728;PRAGMA journal_size_limit=27103364;"
                    "PRAGMA cache_size=-20000;PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(DATABASE_URL.path.removeprefix("/")),
            "USER": unquote(DATABASE_URL.username or ""),
            "PASSWORD": env.secret("DATABASE_PASSWORD", unquote(DATABASE_URL.password or "")),
            "HOST": unquote(DATABASE_URL.hostname or ""),
            "PORT": DATABASE_URL.port or "",
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                "options": "-c statement_timeout=15s -c lock_timeout=3s"
                " -c idle_in_transaction_session_timeout=30s",
                **dict(parse_qsl(DATABASE_URL.query)),
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Cache: rate limits count in it, so it must be shared by all web processes ---
CACHE_URL = env.url(
    "CACHE_URL",
    env.REQUIRED if PRODUCTION else "locmem://",
    schemes=("redis", "rediss", "locmem"),
)
if PRODUCTION and CACHE_URL.scheme == "locmem":
    raise ImproperlyConfigured("CACHE_URL is locmem, which each process has alone; use redis://.")
if CACHE_URL.scheme == "locmem":
    # Right only because demo and small run one web process.
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": CACHE_URL.geturl(),
            "KEY_PREFIX": "shalijin",
        }
    }

# People ---------------------------------------------------------------------
AUTH_USER_MODEL = "community.Member"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "community.trust.passwords.FamiliarPasswordValidator"},
]
LOGIN_URL = "community:login"
LOGIN_REDIRECT_URL = "community:today"
LOGOUT_REDIRECT_URL = "community:landing"
ACCOUNT_ADAPTER = "community.adapters.account.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address reaches a member only by a proven code
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _base.scheme
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
MFA_ADAPTER = "community.adapters.mfa.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
# Browsers allow passkeys on http://localhost, and only there.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_FORMS = {
    "activate_totp": "community.forms.second_factor.ActivateTOTPForm",
    "add_webauthn": "community.forms.second_factor.AddPasskeyForm",
    "authenticate": "community.forms.second_factor.AuthenticateForm",
    "reauthenticate": "community.forms.second_factor.ReauthenticateForm",
    "edit_webauthn": "community.forms.second_factor.EditPasskeyForm",
}
SOCIALACCOUNT_ADAPTER = "community.adapters.social.SocialAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False  # there is something to agree to first
SOCIALACCOUNT_EMAIL_REQUIRED = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 8
SOCIALACCOUNT_FORMS = {"signup": "community.forms.entrance.SocialJoinForm"}
# Services one may sign in with; each exists when its client id is set. WeChat has two: "weixin" is
# the official account's, for people inside WeChat; "weixin_web" shows a QR code everywhere else.
OAUTH: dict[str, dict[str, str]] = {}
for _name, _authorize, _api in (
    ("weixin", "https://open.weixin.qq.com", "https://api.weixin.qq.com"),
    ("weixin_web", "https://open.weixin.qq.com", "https://api.weixin.qq.com"),
    ("feishu", "https://open.feishu.cn", "https://open.feishu.cn"),
    ("dingtalk", "https://login.dingtalk.com", "https://api.dingtalk.com"),
):
    _prefix = f"OAUTH_{_name.upper()}"
    _schemes = ("https",) if PRODUCTION else ("http", "https")
    if _client_id := env.text(f"{_prefix}_CLIENT_ID", ""):
        OAUTH[_name] = {
            "client_id": _client_id,
            "secret": env.secret(f"{_prefix}_CLIENT_SECRET"),
            "authorize_base": env.url(f"{_prefix}_AUTHORIZE_BASE", _authorize, schemes=_schemes)
            .geturl()
            .rstrip("/"),
            "api_base": env.url(f"{_prefix}_API_BASE", _api, schemes=_schemes).geturl().rstrip("/"),
        }
# Known passwords and a second factor would lock the demo's own people out.
MFA_DEMANDED = env.flag("MFA_DEMANDED", PRODUCTION)

# Sessions and cookies -------------------------------------------------------
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
if HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600

# Transport ------------------------------------------------------------------
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz/$", r"^readyz/$"]  # asked from inside, without TLS
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# A sign-in page of a configured provider adds that provider to form-action, for itself only.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
CSRF_FAILURE_VIEW = "community.views.errors.csrf_failure"
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
REQUEST_MAX_BYTES = 16 * 2**20  # a picture of 12 MB and its form; more is refused unread
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# Language and time ----------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_TIMEZONE = env.text("DEFAULT_TIMEZONE", "Asia/Shanghai")

# Static files and uploads ---------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = env.text("STATIC_ROOT", str(DATA_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Hashed names need a build; the suite does without one.
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Nobody else's page has business with our files.
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_ROOT = DATA_DIR / "media"  # never served as such: a view asks who may see it

# Mail -----------------------------------------------------------------------
SITE_NAME = _("Shalijin")
DEFAULT_FROM_EMAIL = env.text(
    "DEFAULT_FROM_EMAIL",
    env.REQUIRED if PRODUCTION else f"沙里金 <hello@{_base.hostname}>",
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_URL = env.url(
    "EMAIL_URL",
    env.REQUIRED if PRODUCTION and not env.text("EMAIL_SENDERS_FILE", "") else "mailbox://",
    schemes=("smtp+ssl", "smtp+tls", "smtp", "mailbox"),
)
EMAIL_PASSWORD = env.secret("EMAIL_PASSWORD", "")
MAILBOX_DIR = DATA_DIR / "mailbox"  # where mailbox:// writes mails as files
# Several accounts in a TOML file take the place of EMAIL_URL (docs/mail.md).
EMAIL_SENDERS = mail.senders(env.text("EMAIL_SENDERS_FILE", ""))
EMAIL_PER_HOUR = env.integer("EMAIL_PER_HOUR", 0)
EMAIL_PER_DAY = env.integer("EMAIL_PER_DAY", 0)
EMAIL_DOMAIN_LIMITS = mail.domain_limits(env.csv("EMAIL_DOMAIN_LIMITS"))
# Standard Webhooks: reports of bounces and complaints are signed with it; without it, no door.
EMAIL_WEBHOOK_SECRET = env.secret("EMAIL_WEBHOOK_SECRET", "")
mail.check_webhook_secret(EMAIL_WEBHOOK_SECRET)
if EMAIL_URL.port == 25:
    raise ImproperlyConfigured(
        "EMAIL_URL names port 25, which is for mail between servers and closed at most providers; "
        "use smtp+ssl://user:password@host:465 or smtp+tls://user:password@host:587."
    )
if EMAIL_URL.scheme != "mailbox" and not EMAIL_URL.hostname:
    raise ImproperlyConfigured(
        "EMAIL_URL names no server; write it like smtp+ssl://user:password@smtp.example.org:465."
    )
if EMAIL_URL.scheme == "smtp" and EMAIL_URL.hostname not in ("localhost", "127.0.0.1", "::1"):
    raise ImproperlyConfigured(
        f"EMAIL_URL would send the password to {EMAIL_URL.hostname} unencrypted; "
        "use smtp+ssl:// or smtp+tls://. Plain smtp:// is for a relay on this machine only."
    )
if EMAIL_URL.scheme == "mailbox" and PRODUCTION and not EMAIL_SENDERS:
    raise ImproperlyConfigured(
        "EMAIL_URL is mailbox://, which sends nothing; "
        "use smtp+ssl://user:password@host:465 or smtp+tls://user:password@host:587."
    )

# Background work: beat only rings, services decide what is due ----------------
_broker = env.url(
    "CELERY_BROKER_URL",
    env.REQUIRED if PRODUCTION else "filesystem://",
    schemes=("redis", "rediss") if PRODUCTION else ("redis", "rediss", "filesystem", "memory"),
)
BROKER_DIR = DATA_DIR / "broker"
# Without a host kombu warns at every start that it takes localhost.
CELERY_BROKER_URL = _broker.geturl() if _broker.netloc else f"{_broker.scheme}://localhost//"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "filesystem": {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
        # kombu's default of a whole second makes a sign-in code wait three.
        "polling_interval": 0.1,
    },
    "memory": {"polling_interval": 0.1},
    "redis": {
        "visibility_timeout": 300,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 30,
        "socket_connect_timeout": 2,
        # Whoever rings does not wait: without these a page hangs for six seconds while Redis is
        # away. The worker keeps trying by its own settings.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.1,
        "socket_keepalive": True,
        "health_check_interval": 30,
        "global_keyprefix": "shalijin.",
    },
}[_broker.scheme.replace("rediss", "redis")]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_DEFAULT_QUEUE = "schedule"
CELERY_TASK_ROUTES = {
    "community.deliver_urgent": {"queue": "delivery"},
    "community.deliver_bulk": {"queue": "bulk"},
    "community.bring_in_lists": {"queue": "bulk"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A task that is cancelled leaves what it has claimed to the end of its lease; one that goes on ends in
# a few seconds. That it may be rung for twice is harmless here (docs/decisions/0022).
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1_000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
LOOK_SECONDS = 30
CELERY_BEAT_SCHEDULE = {
    "look": {
        "task": "community.look",
        "schedule": float(LOOK_SECONDS),
        # A bell that nobody heard for half a minute has been followed by another one.
        "options": {"expires": LOOK_SECONDS},
    },
}

# Delivery -------------------------------------------------------------------
OUTBOX_BATCH_SIZE = env.integer("OUTBOX_BATCH_SIZE", 2_000, least=1, most=5_000)
# Mails of kinds (registry.mail_kinds) that one member gets within 24 hours; 0 is no limit.
OUTBOX_MEMBER_PER_DAY = env.integer("OUTBOX_MEMBER_PER_DAY", 3, least=0, most=100)
# By the clock of a member who has not chosen hours of her own; the same time twice is none.
QUIET_HOURS = env.hours("QUIET_HOURS", "22:00-08:00")
OUTBOX_LEASE_SECONDS = 180
OUTBOX_MAX_ATTEMPTS = 5

# Robots of staff groups: where each platform is. Nothing is sent to any other host. ---
ROBOT_BASES = {
    platform: env.url(f"ROBOT_{platform.upper()}_BASE", official, schemes=("https",)).geturl()
    for platform, official in (
        ("wecom", "https://qyapi.weixin.qq.com"),
        ("feishu", "https://open.feishu.cn"),
        ("lark", "https://open.larksuite.com"),
        ("dingtalk", "https://oapi.dingtalk.com"),
    )
}

# Announcements: what a screen of a phone holds, in signs and lines of the chat ---------------
ANNOUNCEMENT_LINE = env.integer("ANNOUNCEMENT_LINE", 15, least=8, most=40)
ANNOUNCEMENT_SCREEN = env.integer("ANNOUNCEMENT_SCREEN", 22, least=5, most=80)
ANNOUNCEMENT_PAGE_LINE = env.integer("ANNOUNCEMENT_PAGE_LINE", 21, least=8, most=60)

# Backups --------------------------------------------------------------------
BACKUP_DIR = Path(env.text("BACKUP_DIR", str(DATA_DIR / "backups")))
PG_BIN = env.text("PG_BIN", "")  # the folder of pg_dump, where it is not found by itself

# Logs -----------------------------------------------------------------------
LOGGING = logging_config(
    form=env.choice("LOG_FORMAT", "text" if DEMO else "json", ("json", "text")),
    level=env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
)

# Duties of the operator (each empty until it is filled in) -------------------
ICP_NUMBER = env.text("ICP_NUMBER", "")
POLICE_NUMBER = env.text("POLICE_NUMBER", "")
OPERATOR_CONTACT = env.text("OPERATOR_CONTACT", "")
SOURCE_URL = env.text("SOURCE_URL", "")
