"""What every file of the repository keeps to, and what the documents must not forget."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from lk.config import NAMES

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "lk"
NPM = ("", "tools/audit/")
LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-dev.lock")

NOT_OURS = {".git", ".venv", "node_modules", "var", "dist", "vendor", "__pycache__", ".hypothesis"}
BINARY = {".png", ".jpg", ".ico", ".woff2", ".pdf", ".gz", ".mo", ".pyc"}
LONGEST_FILE = 250
ALLOWED_TO_BE_LONGER: frozenset[str] = frozenset()

# Spelled in parts, so that this file does not hold what it looks for.
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
REGISTRY = re.compile(r"py" r"pi\.org|python" r"hosted\.org|registry\.np" r"mjs|registry\.ya" r"rnpkg")
MACHINE_PATH = re.compile(r"(?<![\w.~:/-])/(?:home|root|work|tmp|Users|private)/[\w.-]")


@cache
def texts() -> dict[str, str]:
    """Every text file that is ours: its path from the root → its text."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in _walk(ROOT)
        if path.suffix not in BINARY
    }


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in NOT_OURS or path.name.endswith(("_cache", ".egg-info")):
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file():
            yield path


def _files_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize("pattern", [UNFINISHED, REGISTRY, MACHINE_PATH], ids=["unfinished", "registry", "machine"])
def test_no_file_holds_an_unfinished_mark_a_registry_or_a_path_of_somebodys_machine(pattern: re.Pattern[str]) -> None:
    assert _files_with(pattern) == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (UNFINISHED, "# TO" + "DO: later"),
        (REGISTRY, "https://py" + "pi.org/simple"),
        (MACHINE_PATH, "open('/ro" + "ot/x')"),
    ],
)
def test_what_no_file_may_hold_would_be_seen(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


def test_locks_name_hashes_and_no_addresses() -> None:
    for lock in LOCKS:
        pins = re.findall(
            r"^([\w.-]+)==\S+.*?\\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", texts()[lock], re.MULTILINE
        )

        assert len(pins) == len(re.findall(r"^[\w.-]+==", texts()[lock], re.MULTILINE)) > 0
        assert "://" not in texts()[lock]
    for folder in NPM:
        assert '"resolved"' not in texts()[f"{folder}package-lock.json"]


def test_what_comes_from_npm_is_not_committed() -> None:
    ignored = texts()[".gitignore"].splitlines()
    assert {"node_modules/", "src/lk/static/vendor/", ".venv/", "var/"} <= set(ignored)
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "src/lk/static/vendor", "node_modules"],
            cwd=ROOT, capture_output=True, text=True, check=True, timeout=30,
        )  # fmt: skip
        assert listed.stdout == ""


def test_every_package_says_in_its_first_line_what_it_is_for() -> None:
    silent = [
        name
        for name, text in texts().items()
        if name.startswith("src/lk/") and name.endswith("__init__.py") and not _first_line_is_a_sentence(text)
    ]
    assert silent == []


def _first_line_is_a_sentence(text: str) -> bool:
    return ast.get_docstring(ast.parse(text)) is not None and text.splitlines()[0].rstrip('"').endswith(".")


def test_files_stay_short_enough_to_read() -> None:
    longer = {
        name
        for name, text in texts().items()
        if name.startswith("src/") and name.endswith(".py") and len(text.splitlines()) > LONGEST_FILE
    }
    assert longer == ALLOWED_TO_BE_LONGER


def test_every_setting_stands_in_the_operations_document() -> None:
    document = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [name for name in sorted(NAMES) if f"`{name}`" not in document] == []


def test_every_direct_dependency_stands_in_the_dependencies_document_and_no_other() -> None:
    document = texts()["docs/dependencies.md"]
    told = set(re.findall(r"^\| `([\w.-]+)`", document, re.MULTILINE))
    assert told == _direct_dependencies()


def _direct_dependencies() -> set[str]:
    project = tomllib.loads(texts()["pyproject.toml"])
    groups = project["dependency-groups"].values()
    wanted = [
        *project["project"]["dependencies"],
        *(line for group in groups for line in group if isinstance(line, str)),
    ]
    names = {re.split(r"[^\w.-]", line)[0] for line in wanted}
    return names | _from_npm()


def _from_npm() -> set[str]:
    return {name for folder in NPM for name in _from_package(folder)}


def _from_package(folder: str) -> set[str]:
    package = json.loads(texts()[f"{folder}package.json"])
    return {*package.get("dependencies", ()), *package["devDependencies"]}


def test_an_install_from_a_lock_looks_for_nothing_else() -> None:
    """pip's resolver asks for the newest release of a package named again with an extra, and has no hash for it."""
    installs = [line for line in texts()["Makefile"].splitlines() if "--require-hashes" in line]
    assert installs
    assert [line for line in installs if "--no-deps" not in line] == []


def test_every_direct_dependency_is_locked() -> None:
    locked = {name.lower() for name in re.findall(r"^([\w.-]+)==", texts()["requirements-dev.lock"], re.MULTILINE)}
    assert {name.lower() for name in _direct_dependencies() - _from_npm()} <= locked
    for folder in NPM:
        packages = json.loads(texts()[f"{folder}package-lock.json"])["packages"]
        assert {f"node_modules/{name}" for name in _from_package(folder)} <= set(packages)
