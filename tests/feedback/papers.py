"""PDF files that merely show a page, and such that do more."""

from __future__ import annotations

import zlib

_HEAD, _TAIL = b"%PDF-1.7\n", b"trailer << /Root 1 0 R >>\n%%EOF\n"
_PAGE = b"1 0 obj << /Type /Catalog /Pages 2 0 R %s >> endobj\n2 0 obj << /Type /Pages /Kids [] /Count 0 >> endobj\n"


def pdf(catalog: bytes = b"", more: bytes = b"") -> bytes:
    """`catalog`: what its root says besides; `more`: further objects."""
    return _HEAD + _PAGE % catalog + more + _TAIL


def packed(objects: bytes, dictionary: bytes = b"/Filter /FlateDecode") -> bytes:
    """An object stream."""
    content = zlib.compress(objects, 9)
    head = b"3 0 obj << /Type /ObjStm /N 1 /First 4 /Length %d %s >> stream\n" % (len(content), dictionary)
    return head + content + b"\nendstream endobj\n"


SCRIPT = b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"
HARMFUL = {
    "a script": pdf(SCRIPT),
    "a script by another spelling": pdf(SCRIPT.replace(b"/JavaScript", b"/J#61va#53cript")),
    "a script in an object stream": pdf(more=packed(b"4 0 << " + SCRIPT + b" >>")),
    "a program to start": pdf(b"/OpenAction << /S /Launch /F (calc.exe) >>"),
    "a file inside": pdf(b"/Names << /EmbeddedFiles 9 0 R >>"),
    "a form": pdf(b"/AcroForm << /XFA [] >>"),
    "a form that sends itself": pdf(b"/AA << /O << /S /SubmitForm /F (http://x) >> >>"),
}
UNREADABLE = {
    "a bomb in an object stream": pdf(more=packed(b"\0" * (40 * 2**20))),
    "an object stream behind two filters": pdf(more=packed(b"4 0", b"/Filter [/ASCIIHexDecode /FlateDecode]")),
    "an object stream that is none": pdf(more=b"3 0 obj << /Type /ObjStm /Filter /FlateDecode >> stream\nxx"),
    "the word for one, far from any": pdf(more=b"3 0 obj /ObjStm endobj"),
}
LOCKED = pdf(more=b"").replace(b"/Root", b"/Encrypt 5 0 R /Root")
PLAIN = {
    "a page": pdf(),
    "a page with packed objects": pdf(more=packed(b"4 0 << /Type /Font /BaseFont /JS >>")),
    "objects that are not packed": pdf(more=b"3 0 obj << /Type /ObjStm /N 0 >> stream\n\nendstream endobj\n"),
}
