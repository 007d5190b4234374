"""The built wheel is all an installation needs: no repository, no Node, no network."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

ROOT = Path(__file__).parents[2]
START_SECONDS = 20


@dataclass(frozen=True)
class Installed:
    """lk installed bare: its programs' folder and an empty folder to work in."""

    programs: Path
    folder: Path

    @property
    def env(self) -> dict[str, str]:
        database = f"sqlite:///{self.folder / 'lk.sqlite3'}"
        return {"PATH": os.defpath, "HOME": str(self.folder), "LK_DATABASE_URL": database}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    return next(folder.glob("lk-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in an environment of its own that sees our dependencies, but not this repository."""
    home = tmp_path_factory.mktemp("bare")
    venv.create(home / "venv", with_pip=False)
    python = home / "venv" / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", "--quiet"]
    subprocess.run([*command, str(wheel)], check=True, capture_output=True, timeout=120)
    packages = next((home / "venv" / "lib").glob("python*/site-packages"))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    folder = home / "empty"
    folder.mkdir()
    return Installed(python.parent, folder)


def test_the_wheel_carries_migrations_templates_and_static_files(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()

    assert any(re.fullmatch(r"lk/_migrations/\w+\.py", name) for name in names)
    assert any(re.fullmatch(r"lk/templates/layouts/\w+\.html", name) for name in names)
    assert any(re.fullmatch(r"lk/static/css/[\w-]+\.css", name) for name in names)
    assert "lk/static/vendor/htmx.min.js" in names
    assert {f"lk/locale/{language}/LC_MESSAGES/lk.mo" for language in ("ru", "en")} <= set(names)


def test_the_wheel_carries_nothing_but_lk(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in ZipFile(wheel).namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"lk"}


def test_installed_bare_it_is_not_the_repository_that_runs(installed: Installed) -> None:
    assert ROOT not in Path(_run(installed, "python", "-c", "import lk; print(lk.__file__)").strip()).parents


def test_installed_bare_it_migrates_and_serves_the_start_page_with_its_static_files(installed: Installed) -> None:
    _run(installed, "lk", "migrate")

    with _serving(installed) as address, httpx.Client(base_url=address) as visitor:
        page = visitor.get("/")
        linked = set(re.findall(r"""(?:href|src)=["'](/[^"'?#]*\.(?:css|js|svg)[^"'#]*)["']""", page.text))
        answers = {path: visitor.get(path) for path in linked}

    assert page.status_code == 200
    assert {Path(path.split("?")[0]).suffix for path in linked} == {".css", ".js", ".svg"}
    assert any("htmx" in answer.text for answer in answers.values())
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(linked, 200)


def _run(installed: Installed, program: str, *arguments: str) -> str:
    done = subprocess.run(
        [installed.programs / program, *arguments],
        cwd=installed.folder, env=installed.env, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def _serving(installed: Installed) -> Iterator[str]:
    """`lk serve` on a free port until the block ends; yields its address."""
    port = _free_port()
    address = f"http://localhost:{port}"
    log = installed.folder / "served.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [installed.programs / "lk", "serve", "--port", str(port)],
            cwd=installed.folder, env={**installed.env, "LK_PUBLIC_URL": address}, stdout=said, stderr=said,
        )  # fmt: skip
        try:
            _wait_until_it_answers(process, address, log)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_until_it_answers(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"lk serve ended: {log.read_text()}"
        try:
            httpx.get(address, timeout=5)
        except httpx.ConnectError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"lk serve did not answer within {START_SECONDS} s: {log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
