"""Whatever is typed into any field of any form: a sentence or what was meant, never a failure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from urllib.parse import quote, urlencode

import httpx
import pytest
from markupsafe import escape

from lk import db
from lk.access import matrix
from lk.actor import Role
from lk.period import Period
from lk.readings.links import reading_url
from lk.tokens import form_mark, new_token, owner_mark
from tests.access.cast import Things, _furnish, _session, _users
from tests.faults.conftest import IS_FULL, counted
from tests.faults.forms import FORMS, STREAMED
from tests.faults.house import URL, House, open_house
from tests.faults.months import empty_street
from tests.faults.odd import ODD
from tests.household import LOGIN, OTHER_EMAIL, OTHER_LOGIN, ask_letter, sign_in
from tests.pages import check_page
from tests.served import Visitor

WRITES = sorted(path for method, path in matrix() if method == "POST")


HARD_FOR_POSTGRES = ("NUL", "forty digits", "half a letter")
"""Text and numbers that it does not take at all."""
READS = sorted(path for method, path in matrix() if method == "GET" and path not in ("/dev/clock", "/health"))
ASKED = ("q", "after", "before", "period", "reason", "done", "version", "until", "shown", "open", "next", "page")
NOT_A_FORM = "/acquirer/events"
MEGABYTE = "я" * 500_000


@dataclass(frozen=True)
class Try:
    """One field of one form with something odd in it; the others are as usual."""

    path: str
    field: str
    what: str


@dataclass
class Ground:
    """Who may send which form, and what its path is about."""

    house: House
    http: httpx.AsyncClient
    cookies: dict[str, str]
    things: dict[str, str]

    def request(self, path: str, fields: Mapping[str, str], **instead: str) -> httpx.Request:
        """`instead`: of what stands in the path."""
        browser = new_token()
        body = urlencode({"_csrf_token": form_mark(browser), **fields}, errors="surrogatepass")
        headers = {
            "cookie": f"{self.cookies[FORMS[path].who]}; lk_csrf={browser}",
            "content-type": "application/x-www-form-urlencoded",
        }
        target = path.format_map({**self.things, **instead})
        return self.http.build_request("POST", target, content=body, headers=headers)

    def send(self, path: str, fields: Mapping[str, str], **instead: str) -> httpx.Response:
        """Nothing that it stores is kept, but for a line in the history where a file is streamed."""
        if path in STREAMED:
            return self.house.ask(self.http.send(self.request(path, fields, **instead)))
        return self.house.ask(self.house.forget(self.http.send(self.request(path, fields, **instead))))

    def usual(self, path: str) -> dict[str, str]:
        return {name: value.format_map(self.things) for name, value in FORMS[path].fields.items()}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    empty = empty_street(request)
    with empty.copied(tmp_path_factory.mktemp("house")) as database, open_house(database) as house:
        things = _furnish(house)  # type: ignore[arg-type]
        cookies = house.ask(_employees(things)) | _newcomers(house)
        owner = {"owner": house.ask(_owner())}
        http = httpx.AsyncClient(transport=house.transport.wire, base_url=URL)
        yield Ground(house, http, cookies, {**_plain(things), **_links(house, things), **owner})
        house.runner.run(http.aclose())


def _plain(things: Things) -> dict[str, str]:
    own = {"copy_id": "of-holder", "question_id": "questionholder", "file_id": "1"}
    return own | {each.name: str(getattr(things, each.name)) for each in fields(things)}


async def _owner() -> str:
    """What the holder's browser knows its user by."""
    (holder,) = await db.read("SELECT id FROM users WHERE login = {}", LOGIN)
    return owner_mark(holder["id"])


async def _employees(things: Things) -> dict[str, str]:
    """And the residents."""
    async with db.write():
        users = await _users(things)
        roles = (Role.HOLDER, Role.HELPER, Role.LOOKING, Role.SUPPORT, Role.OPERATOR, Role.ADMIN)
        return {role.value: f"lk_session={await _session(role, users[role], things)}" for role in roles}


def _newcomers(house: House) -> dict[str, str]:
    """Browsers that have come to one form of the wizard, and an employee's that wants a code."""
    told, asked, first, half = (house.visitor() for _ in range(4))
    told.get("/register")
    told.post("/register", account_number="10000-002-01", meter_number="40404001")
    ask_letter(house, asked, "second@example.org", "10000-002-02", "40404002")  # type: ignore[arg-type]
    link = ask_letter(house, first, "third@example.org", "10000-002-03", "40404003")  # type: ignore[arg-type]
    first.get(link)
    first.post(link)
    sign_in(half, "support", "skameyka u vtorogo podezda")
    came = {"with numbers": told, "with a letter": asked, "signed in first": first, "with a password": half}
    assert [each.path for each in came.values()] == [
        "/register/email",
        "/register/letter",
        "/register/credentials",
        "/sign-in/code",
    ]
    return {"anyone": "", **{who: _cookies(each) for who, each in came.items()}}


def _cookies(who: Visitor) -> str:
    return "; ".join(f"{each.name}={each.value}" for each in who.http.cookies.jar if each.name != "lk_csrf")


def _links(house: House, things: Things) -> dict[str, str]:
    """The ends of links that letters and paper carry."""
    forgetful, holder = house.visitor(), house.visitor()
    forgetful.get("/password-reset")
    forgetful.post("/password-reset", login=OTHER_LOGIN)
    sign_in(holder)
    house.change("UPDATE accesses SET is_provisional = FALSE")
    holder.get(f"/accounts/{things.account_id}/access")
    holder.post(f"/accounts/{things.account_id}/access", email="pomogayu@example.org")
    house.change("UPDATE accesses SET is_provisional = (role = 'holder')")
    asking = house.visitor()
    asking.get("/help")
    asking.post("/help", subject="bill", text="Почему?", email="vera@example.org")
    return {
        "reset": _end(house, OTHER_EMAIL),
        "invited": _end(house, "pomogayu@example.org"),
        "asked": _end(house, "vera@example.org"),
        "linked": reading_url(things.account_id, Period(2025, 7)).rpartition("/")[2],
    }


def _end(house: House, address: str) -> str:
    rows = house.rows("SELECT id FROM messages WHERE to_address = {} ORDER BY id DESC LIMIT 1", address)
    page = house.visitor().get(f"/dev/mailbox/{rows[0]['id']}")
    found = re.search(r'href="(?:http://localhost:\d+)?/(?:password-reset|invitation|help/letters)/([^"]+)"', page)
    assert found, page
    return found[1]


def _tries(*, is_sqlite: bool) -> list[Try]:
    kinds, found = list(ODD if IS_FULL or is_sqlite else HARD_FOR_POSTGRES), []
    everything = [(path, name) for path, form in FORMS.items() for name in form.fields]
    for at, (path, name) in enumerate(everything):
        chosen = kinds if IS_FULL else [kinds[at % len(kinds) if is_sqlite else 0]]
        found += [Try(path, name, kind) for kind in chosen]
    return found


def _complaint(ground: Ground, tried: Try) -> str:
    """What is wrong with the answer; nothing is."""
    form = FORMS[tried.path]
    answer = ground.send(tried.path, {**ground.usual(tried.path), tried.field: ODD[tried.what]})
    if answer.status_code >= 500:
        return f"{answer.status_code}"
    if answer.headers.get("content-type", "").startswith("text/html"):
        check_page(answer.text, tried.path)
        if ODD["HTML"] in answer.text:
            return "it comes back as it was typed"
    is_taken = answer.status_code < 400
    if is_taken and tried.field not in form.free:
        return f"{answer.status_code}: it is taken {answer.headers.get('location', '')}"
    return ""


def test_whatever_is_typed_into_a_field_is_refused_kindly_or_taken_as_words(ground: Ground) -> None:
    complaints = {
        str(each): found for each in _tries(is_sqlite=ground.house.is_sqlite) if (found := _complaint(ground, each))
    }
    assert not complaints, "\n".join(f"{each} → {found}" for each, found in complaints.items())


def test_nobody_reads_a_megabyte(ground: Ground) -> None:
    paths = [path for path, form in FORMS.items() if form.fields and path != NOT_A_FORM]
    for path in paths if IS_FULL else paths[::10]:
        name = next(iter(FORMS[path].fields))
        answer = ground.send(path, {name: MEGABYTE})
        assert answer.status_code == 413, path
        check_page(answer.text, path)


def test_what_stands_in_a_path_is_found_or_not(ground: Ground) -> None:
    """An address is nobody's to type, but anybody's to send."""
    complaints = {}
    kinds = [each for each in ODD if each != "ten thousand letters"] if IS_FULL else HARD_FOR_POSTGRES[:2]
    parts = [(each, name) for each in FORMS for name in re.findall(r"\{(\w+)\}", each)]
    for path, name in parts:
        for what in kinds:
            odd = quote(ODD[what], safe="", errors="surrogatepass")
            answer = ground.send(path, ground.usual(path), **{name: odd})
            if answer.status_code >= 500:
                complaints[path, what] = answer.status_code
    assert complaints == {}


@pytest.mark.parametrize("what", counted([each for each in ODD if each != "ten thousand letters"], ["NUL", "HTML"]))
def test_whatever_an_address_asks_for_is_looked_for(ground: Ground, what: str) -> None:
    odd = quote(ODD[what], safe="", errors="surrogatepass")
    query = "&".join(f"{name}={odd}" for name in ASKED)
    for path in READS:
        who = next((role for role in ("holder", "operator") if matrix()["GET", path][Role(role)] in "+!"), "anyone")
        target = f"{path.format_map(ground.things)}?{query}"
        answer = ground.house.ask(ground.http.get(target, headers={"cookie": ground.cookies[who]}))
        assert answer.status_code < 500, (path, who)
        assert ODD["HTML"] not in answer.text


@pytest.mark.parametrize("what", list(ODD))
def test_a_notice_of_no_acquirer_is_nobodys(ground: Ground, what: str) -> None:
    notice = {"type": "notification", "event": "payment.succeeded", "object": {"id": ODD[what]}}
    asked = ground.http.post("/acquirer/events", content=json.dumps(notice))
    assert ground.house.ask(ground.house.forget(asked)).status_code < 500


NAMED = "/accounts/{account_id}/name"


@pytest.mark.parametrize("what", list(ODD))
def test_a_name_is_shown_as_it_is_stored(ground: Ground, what: str) -> None:
    async def named_and_looked_at() -> tuple[str, str]:
        await ground.http.send(ground.request(NAMED, {"name": ODD[what]}))
        rows = await db.read("SELECT name FROM accesses WHERE role = 'holder' ORDER BY id LIMIT 1")
        return rows[0]["name"], (await ground.http.get("/accounts", headers={"cookie": ground.cookies["holder"]})).text

    stored, page = ground.house.ask(ground.house.forget(named_and_looked_at()))
    assert stored
    assert str(escape(stored)) in page
    check_page(page, "/accounts")


def test_every_form_of_the_matrix_is_tried() -> None:
    assert sorted(_in_matrix(path) for path in FORMS) == WRITES


def _in_matrix(path: str) -> str:
    """By the names that the matrix gives to what is in a path."""
    named = {"reset": "token", "linked": "token", "invited": "invitation", "asked": "link", "enrolment": "token"}
    return re.sub(r"\{(\w+)\}", lambda found: "{" + named.get(found[1], found[1]) + "}", path)
