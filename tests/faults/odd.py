"""What nobody types, and anybody may send."""

from __future__ import annotations

ODD = {
    "control characters": "\x07а\x1bб\x7f",
    "NUL": "а\0б",
    "forty digits": "1" * 40,
    "Arabic-Indic digits": "\u0661\u0662\u0663\u0664\u0665",
    "full-width digits": "\uff11\uff12\uff13\uff14\uff15",
    "an exponent": "1e3",
    "minus nothing": "-0",
    "right to left": "\u202e5100\u202c",
    "zero width": "51\u200b00",
    "two lines": "а\r\nBcc: all@example.org",
    "SQL": "'; DROP TABLE readings; --",
    "HTML": "<script>alert(1)</script><b>\"'&",
    "a formula": "=cmd|' /C calc'!A1",
    "half a letter": "\ud800",
    "ten thousand letters": "я" * 10_000,
}
