"""Settings: read once from the environment; nonsense refuses to start with one sentence."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from os import environ
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lk.company import DEMO_COMPANY, Company, CompanyError, company_from
from lk.language import LANGUAGES, Language, folded_language

DEMO_SECRET = "demo-only-secret-that-production-refuses"  # noqa: S105 - the check below is its point
SANDBOX_SHOP_ID = "demo-shop"
SANDBOX_SECRET = "demo-secret"  # noqa: S105 - fixed name of the sandbox, refused in production

NAMES = frozenset(
    {
        "LK_ENV",
        "LK_DATABASE_URL",
        "LK_SECRET",
        "LK_PUBLIC_URL",
        "LK_SMTP_URL",
        "LK_MAIL_DIR",
        "LK_ACQUIRER_URL",
        "LK_ACQUIRER_SHOP_ID",
        "LK_ACQUIRER_SECRET",
        "LK_TIME_ZONE",
        "LK_LANGUAGE",
        "LK_COMPANY_FILE",
        "LK_NOW_FILE",
    }
)


class SettingsError(Exception):
    """The environment does not make sense; the message is for the person who set it."""


@dataclass(frozen=True, slots=True)
class Settings:
    env: Literal["demo", "production"]
    database_url: str
    secret: str
    public_url: str
    smtp_url: str | None
    mail_dir: Path | None
    acquirer_url: str | None
    """None: the sandbox in this very process."""
    acquirer_shop_id: str
    acquirer_secret: str
    time_zone: ZoneInfo
    language: Language
    company: Company
    now_file: Path | None

    @property
    def is_demo(self) -> bool:
        return self.env == "demo"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite:")

    @property
    def sqlite_path(self) -> Path:
        return Path(self.database_url.removeprefix("sqlite:///"))

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")


@cache
def settings() -> Settings:
    """The process's settings. Raises SettingsError."""
    return read_settings(environ)


def serve_on(port: int) -> None:
    """In a demonstration the site's address follows the port it is served on, unless it was named or any will do."""
    if settings().is_demo and port and not environ.get("LK_PUBLIC_URL"):
        environ["LK_PUBLIC_URL"] = f"http://localhost:{port}"
        settings.cache_clear()


def read_settings(env: Mapping[str, str]) -> Settings:
    """Settings from an environment. Raises SettingsError with one sentence."""
    _refuse_unknown_names(env)
    mode = _one_of(env, "LK_ENV", "demo", ("demo", "production"))
    read = Settings(
        env="production" if mode == "production" else "demo",
        database_url=_database_url(env.get("LK_DATABASE_URL") or "sqlite:///var/lk.sqlite3"),
        secret=env.get("LK_SECRET") or DEMO_SECRET,
        public_url=_url(env, "LK_PUBLIC_URL", "http://localhost:8000", ("http", "https")).rstrip("/"),
        smtp_url=_url(env, "LK_SMTP_URL", "", ("smtp", "smtps")) or None,
        mail_dir=Path(env["LK_MAIL_DIR"]) if env.get("LK_MAIL_DIR") else None,
        acquirer_url=_url(env, "LK_ACQUIRER_URL", "", ("http", "https")).rstrip("/") or None,
        acquirer_shop_id=env.get("LK_ACQUIRER_SHOP_ID") or SANDBOX_SHOP_ID,
        acquirer_secret=env.get("LK_ACQUIRER_SECRET") or SANDBOX_SECRET,
        time_zone=_zone(env.get("LK_TIME_ZONE") or "Europe/Moscow"),
        language=folded_language(_one_of(env, "LK_LANGUAGE", "ru", LANGUAGES)) or "ru",
        company=_company(env.get("LK_COMPANY_FILE")),
        now_file=Path(env["LK_NOW_FILE"]) if env.get("LK_NOW_FILE") else None,
    )
    if len(read.secret.encode()) < 32:
        raise SettingsError("LK_SECRET короче 32 байт: задайте случайную строку не короче")
    if read.env == "production":
        _check_production(read, env)
    return read


def _refuse_unknown_names(env: Mapping[str, str]) -> None:
    unknown = sorted(name for name in env if name.startswith("LK_") and name not in NAMES)
    if unknown:
        raise SettingsError(f"неизвестная переменная {unknown[0]}: проверьте имя по docs/operations.md")


def _one_of(env: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = env.get(name) or default
    if value not in allowed:
        raise SettingsError(f"{name}={value!r}: допустимо {' или '.join(allowed)}")
    return value


def _database_url(value: str) -> str:
    parts = urlsplit(value)
    if value.startswith("sqlite:///") and len(value) > len("sqlite:///"):
        return value
    if parts.scheme in ("postgresql", "postgres") and parts.path.strip("/"):
        return value
    raise SettingsError(
        "LK_DATABASE_URL: ожидается sqlite:///ПУТЬ или postgresql://ПОЛЬЗОВАТЕЛЬ:ПАРОЛЬ@СЕРВЕР:ПОРТ/ИМЯ"
    )


def _url(env: Mapping[str, str], name: str, default: str, schemes: tuple[str, ...]) -> str:
    value = env.get(name) or default
    if not value:
        return value
    try:
        parts = urlsplit(value)
        is_good = parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_good = False
    if not is_good:
        raise SettingsError(f"{name}: ожидается адрес вида {schemes[-1]}://сервер")
    return value


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(f"LK_TIME_ZONE={name!r}: нет такого часового пояса, пример: Europe/Moscow") from None


def _company(path: str | None) -> Company:
    if path is None or path == "":
        return DEMO_COMPANY
    try:
        return company_from(tomllib.loads(Path(path).read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"LK_COMPANY_FILE: файл {path} не читается") from None
    except (tomllib.TOMLDecodeError, CompanyError) as problem:
        raise SettingsError(f"LK_COMPANY_FILE: {problem}") from None


def _check_production(read: Settings, env: Mapping[str, str]) -> None:
    wrong = [
        ("LK_SECRET", not env.get("LK_SECRET") or read.secret == DEMO_SECRET, "нужен собственный секрет"),
        ("LK_PUBLIC_URL", not read.is_https, "нужен адрес сайта с https://"),
        ("LK_SMTP_URL", read.smtp_url is None, "нужен почтовый сервер"),
        ("LK_ACQUIRER_URL", not (read.acquirer_url or "").startswith("https://"), "нужен настоящий эквайер, https://"),
        ("LK_ACQUIRER_SECRET", read.acquirer_secret == SANDBOX_SECRET, "нужен секрет настоящего магазина"),
        ("LK_NOW_FILE", read.now_file is not None, "в production часы не переводятся"),
    ]
    for name, is_wrong, why in wrong:
        if is_wrong:
            raise SettingsError(f"LK_ENV=production: {name}: {why}")
