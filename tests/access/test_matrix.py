"""Every route of the access matrix, asked by everyone, over HTTP; the file decides and the program obeys."""

from __future__ import annotations

import httpx
import pytest
from litestar import Controller, get

from lk import access
from lk.access import MatrixError, matrix
from lk.actor import Role
from tests.access.cast import Cast, Route
from tests.household import OTHER_LOGIN, PASSWORD
from tests.pages import check_page

ROUTES = sorted(matrix())
READS = [route for route in ROUTES if route[0] == "GET"]
WRITES = [route for route in ROUTES if route[0] == "POST"]
UNGUARDED = {("POST", "/acquirer/events"): 400, ("POST", "/letters-off/{letter}"): 410}
"""Their callers are machines without cookies. What the acquirer says is never believed, only asked about; letters are
called off by what their link alone knows."""


def _name(route: Route) -> str:
    return " ".join(route)


def _cell(answer: httpx.Response) -> str:
    """What the matrix calls this answer."""
    if answer.status_code in (403, 404):
        return str(answer.status_code)
    asks_to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=")
    if asks_to_sign_in or (answer.status_code == 303 and answer.headers["location"] == "/sign-in"):
        return "in"
    return "+" if answer.status_code < 500 else str(answer.status_code)


def _leads_to_sign_in(route: Route) -> bool:
    """Pages whose own answer to a stranger is the way to sign in: they have nothing else to show."""
    return route in {("GET", "/sign-in/code"), ("POST", "/sign-in/code")}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("route", ROUTES, ids=_name)
def test_every_route_answers_every_role_as_the_matrix_says(cast: Cast, route: Route, role: Role) -> None:
    answer = cast.ask(role, route)

    wanted = {"!": "+", "code": "403"}.get(matrix()[route][role], matrix()[route][role])
    allowed = {"+", "in"} if wanted == "+" and _leads_to_sign_in(route) else {wanted}
    assert _cell(answer) in allowed, f"{answer.status_code} {answer.headers.get('location', '')}"
    if answer.headers.get("content-type", "").startswith("text/html"):
        check_page(answer.text, route[1])


CODED = [route for route in ROUTES if matrix()[route][Role.LOOKING] == "code"]


def test_the_residents_code_opens_readings_and_the_end_of_autopay_and_no_more(cast: Cast) -> None:
    assert CODED == [
        ("POST", "/accounts/{account_id}/autopay/cancellation"),
        ("POST", "/accounts/{account_id}/readings"),
        ("POST", "/accounts/{account_id}/readings/preview"),
    ]
    assert [_cell(cast.ask(Role.LOOKING, route, has_code=True)) for route in CODED] == ["+", "+", "+"]


CONFIRMED = [(route, role) for route in ROUTES for role in Role if matrix()[route].get(role) == "!"]


@pytest.mark.parametrize(("route", "role"), CONFIRMED, ids=str)
def test_what_matters_most_wants_the_password_of_the_last_quarter_of_an_hour(
    cast: Cast, route: Route, role: Role
) -> None:
    answer = cast.ask(role, route, is_stale=True)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in/confirm?next=/")


@pytest.mark.parametrize("route", WRITES, ids=_name)
def test_nothing_is_written_without_the_form_that_lk_gave(cast: Cast, route: Route) -> None:
    answers = {role: cast.ask(role, route, with_token=False).status_code for role in Role}

    assert set(answers.values()) == {UNGUARDED.get(route, 403)}


def test_looking_changes_nothing_whoever_looks(cast: Cast) -> None:
    before = cast.contents()
    for route in READS:
        for role in Role:
            cast.ask(role, route)
    after = cast.contents()

    assert {name for name in before if before[name] != after[name]} == set()


OWN = "/accounts/{account_id}"


@pytest.mark.parametrize("page", ["", "/readings", "/bills", "/bills/2025-07", "/payments", "/cards", "/history"])
def test_another_residents_account_is_not_there(cast: Cast, page: str) -> None:
    others = f"/accounts/{cast.things.others_account_id}{page}"
    for role in (Role.HOLDER, Role.HELPER):
        assert cast.ask(role, ("GET", OWN), path=others).status_code == 404
    assert cast.ask(Role.LOOKING, ("GET", OWN), path=others).status_code == 403


def test_an_account_that_does_not_exist_looks_like_anothers(cast: Cast) -> None:
    others = cast.ask(Role.HOLDER, ("GET", OWN), path=f"/accounts/{cast.things.others_account_id}")
    nobodys = cast.ask(Role.HOLDER, ("GET", OWN), path="/accounts/nobodysflat2")
    assert (others.status_code, _plain(others)) == (nobodys.status_code, _plain(nobodys))


def _plain(answer: httpx.Response) -> str:
    """Without what each visitor typed or was given: the form's mark, and the address to come back to."""
    return "".join(
        line for line in answer.text.splitlines() if not any(name in line for name in ("_csrf_token", 'name="back"'))
    )


@pytest.mark.parametrize("role", [Role.HOLDER, Role.HELPER, Role.LOOKING])
@pytest.mark.parametrize(
    "page",
    [
        "payments/{others_payment_id}",
        "payments/{others_payment_id}/state",
        "cards/{others_card_id}",
        "cards/{others_card_id}/state",
        "bills/2019-01",
        "bills/wrong",
    ],
)
def test_what_belongs_to_another_account_is_not_there_under_ones_own(cast: Cast, role: Role, page: str) -> None:
    path = f"/accounts/{cast.things.account_id}/" + page.format(**vars(cast.things))
    is_closed = role is Role.HELPER and page.startswith("cards/")
    assert cast.ask(role, ("GET", OWN), path=path).status_code == (403 if is_closed else 404)


@pytest.mark.parametrize("path", ["/", "/accounts/x", "/no/such/page", "/sign-in", "/dev/mailbox/999999", "/support"])
def test_every_answer_carries_its_guards(cast: Cast, path: str) -> None:
    answer = cast.http.get(path)

    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "server" not in answer.headers


def test_a_refused_form_carries_them_too(cast: Cast) -> None:
    answer = cast.http.post("/sign-in", data={"login": "a", "password": "b"})
    assert answer.status_code == 403
    assert "content-security-policy" in answer.headers


def test_a_signed_in_page_is_kept_by_no_cache(cast: Cast) -> None:
    assert cast.ask(Role.HOLDER, ("GET", OWN)).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("planted", ["a" * 43, "", "../../etc", "%00", "ivanova"])
def test_a_planted_cookie_opens_nothing(cast: Cast, planted: str) -> None:
    home = f"/accounts/{cast.things.account_id}"
    answer = cast.http.get(home, headers={"cookie": f"lk_session={planted}"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={home}")


def test_signing_in_makes_a_new_cookie_whatever_was_planted(cast: Cast) -> None:
    planted = "a" * 43
    who = cast.lk.visitor()
    who.http.cookies.set("lk_session", planted, domain="localhost.local")
    who.get("/sign-in")
    who.post("/sign-in", login=OTHER_LOGIN, password=PASSWORD)
    assert who.path.startswith("/accounts/")

    again = cast.http.get("/accounts", headers={"cookie": f"lk_session={planted}"})
    assert again.status_code == 303


def test_the_sessions_cookie_is_out_of_reach_of_scripts_and_other_sites(cast: Cast) -> None:
    who = cast.lk.visitor()
    who.get("/sign-in")
    who.http.follow_redirects = False
    who.post("/sign-in", login=OTHER_LOGIN, password=PASSWORD)
    answer = who.http.get("/accounts")
    assert answer.status_code == 200
    (cookie,) = [each for each in who.http.cookies.jar if each.name == "lk_session"]
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert str(cookie.get_nonstandard_attr("SameSite")).lower() == "lax"
    assert cookie.value
    assert cast.lk.rows("SELECT id FROM sessions WHERE token_hash = {}", cookie.value) == []


def test_a_route_that_the_matrix_does_not_know_does_not_start() -> None:
    from lk.app import create_app

    app = create_app(ticks=False)
    access.check_routes(app)

    class Unlisted(Controller):
        path = "/unlisted"

        @get("/")
        async def page(self) -> str:
            return ""

    app.register(Unlisted)
    with pytest.raises(MatrixError, match="GET /unlisted"):
        access.check_routes(app)
