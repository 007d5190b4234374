"""The import contracts of pyproject.toml hold, so that `pytest` alone notices a wrong arrow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_import_points_the_allowed_way() -> None:
    lint = Path(sys.executable).with_name("lint-imports")

    checked = subprocess.run([lint, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120)

    assert checked.returncode == 0, checked.stdout + checked.stderr
