"""The HTML checker of the standard's authors (vnu): what is wrong with each piece of HTML that was sent."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

VNU = Path(__file__).parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


@dataclass(frozen=True)
class WrongHtml:
    """`kind` error|warning."""

    page: str
    kind: str
    message: str
    extract: str


def check(folder: Path) -> list[WrongHtml]:
    java = shutil.which("java")
    if java is None:
        raise SystemExit("Java is not installed: `make audit` installs default-jre-headless where apt-get can")
    asked = [java, "-jar", str(VNU), "--exit-zero-always", "--format", "json", "--skip-non-html", str(folder)]
    said = subprocess.run(asked, capture_output=True, text=True, check=True)
    return [
        WrongHtml(
            Path(each.get("url", "")).stem,
            "error" if each["type"] != "info" else str(each.get("subType", "info")),
            each.get("message", ""),
            each.get("extract", "").strip(),
        )
        for each in json.loads(said.stderr)["messages"]
    ]
