"""Whatever is sent, the answer is a page that says so calmly: never a failure, never a way out of the site."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from tests import loopback
from tests.household import LOGIN, OTHER_ACCOUNT, OTHER_METER, PASSWORD, register
from tests.pages import check_page
from tests.served import Served

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"


def _part(head: bytes, body: bytes) -> bytes:
    return b"--x\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + body + b"\r\n--x--\r\n"


@pytest.fixture(scope="module")
def home(lk: Served) -> str:
    return register(lk, lk.visitor())


@pytest.fixture
def browser(lk: Served) -> Iterator[httpx.Client]:
    with loopback.client(base_url=lk.url) as client:
        yield client


def _mark(browser: httpx.Client) -> str:
    found = re.search(r'name="_csrf_token" value="([^"]+)"', browser.get("/sign-in").text)
    assert found
    return found[1]


BODIES: dict[str, tuple[str, bytes]] = {
    "a megabyte": (URLENCODED, b"login=" + b"a" * 2**20),
    "nine megabytes": (URLENCODED, b"login=" + b"a" * 9 * 2**20),
    "no UTF-8": (URLENCODED, b"login=%ed%a0%80&password=%ff&_csrf_token=%ff"),
    "a mark of other letters": (URLENCODED, "_csrf_token=я".encode() * 200),
    "two hundred marks": (URLENCODED, b"&".join([b"_csrf_token=a"] * 200)),
    "a file for a mark": (MULTIPART, _part(b'name="_csrf_token"; filename="mark.txt"', b"a")),
    "an unknown charset": (MULTIPART, _part(b'name="a"\r\nContent-Type: text/plain; charset=none', b"a")),
    "a part without UTF-8": (MULTIPART, _part(b'name="_csrf_token"', b"\xff\xfe")),
    "a part without a name": (MULTIPART, _part(b"x", b"a")),
    "a part without an end": (MULTIPART, b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nabc'),
    "no boundary": ("multipart/form-data", b"abc"),
    "no form": (MULTIPART, b"abc"),
    "two thousand parts": (MULTIPART, _part(b'name="a"', b"1").replace(b"--x--", b"") * 2000),
    "JSON": ("application/json", b'{"login": "a"}'),
    "broken JSON": ("application/json", b"{"),
    "msgpack": ("application/x-msgpack", b"\xc1"),
    "no type": ("", b"abc"),
    "no sense": (";;;", b"abc"),
}


@pytest.mark.parametrize(("content_type", "body"), BODIES.values(), ids=BODIES)
def test_a_body_that_is_no_form_is_refused_by_a_page(browser: httpx.Client, content_type: str, body: bytes) -> None:
    _mark(browser)
    answer = browser.post("/sign-in", content=body, headers={"content-type": content_type})
    assert answer.status_code in (400, 403, 413)
    check_page(answer.text, "/sign-in")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_a_form_is_at_most_64_kilobytes_even_with_its_mark(browser: httpx.Client) -> None:
    answer = browser.post("/sign-in", data={"_csrf_token": _mark(browser), "login": "a", "password": "x" * 2**16})
    assert answer.status_code == 413


@pytest.mark.parametrize("cookie", ["lk_csrf=%d1%8f", 'lk_csrf="\\377"', "lk_csrf=<script>", "=;;;=", "lk_session=%00"])
def test_an_odd_cookie_changes_nothing(lk: Served, cookie: str) -> None:
    answer = loopback.get(f"{lk.url}/sign-in", headers={"cookie": cookie})
    assert answer.status_code == 200
    assert "<script>" not in answer.text


def test_a_mark_counts_in_the_browser_it_was_given_to_and_in_no_other(lk: Served) -> None:
    with loopback.client(base_url=lk.url) as own, loopback.client(base_url=lk.url) as other:
        theirs = _mark(other)
        own_mark = _mark(own)
        form = {"login": "nobody", "password": "wrong wrong wrong"}
        assert own.post("/sign-in", data={**form, "_csrf_token": own_mark}).status_code == 422
        assert own.post("/sign-in", data={**form, "_csrf_token": theirs}).status_code == 403
        assert own.post("/sign-in", data={**form, "_csrf_token": own.cookies["lk_csrf"]}).status_code == 403


def test_every_page_has_a_mark_of_its_own_and_all_of_them_count(browser: httpx.Client) -> None:
    marks = [_mark(browser), _mark(browser)]
    assert marks[0] != marks[1]
    for mark in marks:
        assert browser.post("/sign-in", data={"_csrf_token": mark}).status_code == 422


def test_a_cookie_that_lk_did_not_make_does_not_lock_its_browser_out(lk: Served) -> None:
    with loopback.client(base_url=lk.url, cookies={"lk_csrf": "left over from an older secret"}) as browser:
        assert browser.post("/sign-in", data={"_csrf_token": _mark(browser)}).status_code == 422


@pytest.mark.parametrize("method", ["OPTIONS", "HEAD", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/sign-in", "/accounts/x", "/support"])
def test_no_other_method_does_anything(browser: httpx.Client, method: str, path: str) -> None:
    assert browser.request(method, path).status_code == 405


ODD_PATHS = [
    "/accounts/%00",
    "/accounts/%ff%fe",
    "/accounts/" + "a" * 5000,
    "/register/first-sign-in/%00",
    "/enrolment/%ff",
    "/dev/mailbox/99999999999999999999999",
    "/dev/mailbox/-1",
    "/static/x/..%2f..%2fconfig.py",
    "/schema",
    "/schema/openapi.json",
    "/.env",
]


@pytest.mark.parametrize("path", ODD_PATHS)
def test_an_odd_path_leads_nowhere(browser: httpx.Client, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code in (303, 404, 410)
    assert answer.headers.get("location", "/sign-in").startswith("/sign-in")


@pytest.mark.parametrize(
    "end", ["%00", "/bills/%00", "/bills/0000-01", "/bills/9999-99", "/payments/%00", "/payments/x/state?until=-1"]
)
def test_an_odd_path_of_ones_own_leads_nowhere(lk: Served, home: str, end: str) -> None:
    who = _signed_in(lk)
    assert who.get(home + end).status_code == 404
    assert who.get(f"{home}/history?before=99999999999999999999").status_code == 200


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\r\nSet-Cookie: lk_session=a",
        "/привет",
        "/\u2028",
        "/" + "a" * 1000,
    ],
)
def test_signing_in_leads_to_a_page_of_this_site(lk: Served, home: str, browser: httpx.Client, wanted: str) -> None:
    form = {"_csrf_token": _mark(browser), "login": LOGIN, "password": PASSWORD, "next": wanted}
    answer = browser.post("/sign-in", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, home)


def test_moving_the_clock_leads_back_to_a_page_of_this_site(lk: Served, browser: httpx.Client) -> None:
    form = {"_csrf_token": _mark(browser), "to": lk.now.isoformat()}
    answer = browser.post("/dev/clock", data=form, headers={"referer": f"{lk.url}//evil.example/"})
    assert answer.headers["location"] == "/evil.example/"
    answer = browser.post("/dev/clock", data=form, headers={"referer": "https://evil.example/"})
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("moment", ["", "yesterday", "0001-01-01T00:00", "9999-12-31T23:59", "2025-02-30"])
def test_a_moment_beyond_every_calendar_moves_nothing(lk: Served, browser: httpx.Client, moment: str) -> None:
    before = lk.now
    assert browser.post("/dev/clock", data={"_csrf_token": _mark(browser), "to": moment}).status_code == 400
    assert lk.now == before


def test_letters_link_to_the_site_whatever_the_browser_calls_it(lk: Served) -> None:
    who = lk.visitor()
    who.http.headers["x-forwarded-host"] = "evil.example"
    for path in ("/", "/register", "/sign-in"):
        assert "evil.example" not in who.http.get(path, headers={"host": f"evil.example:{lk.port}"}).text


NO_ADDRESSES = [
    "a@example.org\r\nBcc: b@example.org",
    "a@example.org,b@example.org",
    "<script>@example.org",
    '"a b"@example.org',
    "a@[127.0.0.1]",
    "a@example.org\0",
    "=?utf-8?q?a=40evil.example?=@example.org",
]


def test_a_letter_goes_to_one_address_only(lk: Served) -> None:
    who = lk.visitor()
    who.get("/register")
    who.post("/register", account_number=OTHER_ACCOUNT, meter_number=OTHER_METER)
    for address in NO_ADDRESSES:
        who.get("/register/email")
        who.post("/register/email", email=address)
        assert who.status == 422, address
    assert lk.rows("SELECT id FROM messages WHERE to_address LIKE '%evil%' OR to_address LIKE '%b@%'") == []


def test_what_was_sent_does_not_come_back_from_the_log_as_a_failure(lk: Served) -> None:
    log = (lk.folder / "serve.log").read_text()
    assert "Traceback" not in log
    assert "request_failed" not in log


def _signed_in(lk: Served) -> httpx.Client:
    who = lk.visitor()
    who.get("/sign-in")
    who.post("/sign-in", login=LOGIN, password=PASSWORD)
    who.http.follow_redirects = False
    return who.http
