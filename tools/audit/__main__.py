"""`make audit`: every page judged by axe and by the HTML checker, the important ones by Lighthouse too.

AUDIT=home in the environment takes only the pages with that in their names. Ends with a table; exit 1 on any finding
or on a figure below what is promised.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from lk.language import LANGUAGES
from tools.audit.auditor import Auditor
from tools.audit.checker import check
from tools.audit.lighthouse import measure
from tools.audit.table import findings_table, speed_table
from tools.tour import walk


def main() -> None:
    wanted = os.environ.get("AUDIT", "")
    with tempfile.TemporaryDirectory() as folder:
        auditor = Auditor(Path(folder), wanted)
        for language in LANGUAGES:
            walk(auditor, language)
        wrong_html = check(Path(folder))
    is_good = findings_table(auditor, wrong_html)
    if not wanted:
        is_good &= speed_table(measure())
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
