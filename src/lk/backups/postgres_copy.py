"""PostgreSQL's own tools: `pg_dump` reads one snapshot while others write, `pg_restore` writes all or nothing."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from lk.backups.archive import BackupError
from lk.db.postgres import is_near

_WITHOUT_OWNERS = ("--no-owner", "--no-privileges")


def dump(url: str, target: Path) -> None:
    """Raises BackupError."""
    _run("pg_dump", url, "--format=custom", *_WITHOUT_OWNERS, f"--file={target}")
    os.chmod(target, 0o600)
    _run("pg_restore", None, "--list", f"--file={os.devnull}", str(target))


def load(url: str, source: Path) -> None:
    """Into an empty database, whole or not at all. Raises BackupError."""
    words = ("--single-transaction", "--exit-on-error", *_WITHOUT_OWNERS)
    _run("pg_restore", url, *words, f"--dbname={without_password(url)}", str(source))


def _run(program: str, url: str | None, *words: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise BackupError(f"нет программы {program}: установите клиент PostgreSQL той же версии, что у сервера")
    named = () if url is None or program == "pg_restore" else (f"--dbname={without_password(url)}",)
    done = subprocess.run(  # noqa: S603 - a fixed program, no shell
        [path, *named, *words], env={**os.environ, **secrets_of(url or "")}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BackupError(f"{program} отказался: {_first_complaint(done.stderr)}")


def without_password(url: str) -> str:
    """What may stand on a command line, where every user of the machine reads it."""
    parts = urlsplit(url)
    user, _, place = parts.netloc.rpartition("@")
    name = user.partition(":")[0]
    query = "&".join(each for each in parts.query.split("&") if each and not each.startswith("password="))
    shown = f"postgresql://{name}@{place}" if name else f"postgresql://{place}"
    return f"{shown}{parts.path}{'?' if query else ''}{query}"


def secrets_of(url: str) -> Mapping[str, str]:
    """The rest of the URL, for the environment: the password, and the same trust in servers as lk's own."""
    parts = urlsplit(url)
    options = parse_qs(parts.query)
    password = unquote(parts.password or "") or options.get("password", [""])[0]
    told = {"PGAPPNAME": "lk backup", **({"PGPASSWORD": password} if password else {})}
    if not is_near(url) and "sslmode" not in options:
        authorities = ssl.get_default_verify_paths()
        told["PGSSLMODE"] = "verify-full"
        told["PGSSLROOTCERT"] = authorities.cafile or authorities.openssl_cafile
    return told


def _first_complaint(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0] if lines else "причина не названа"
