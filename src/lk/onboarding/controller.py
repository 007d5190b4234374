"""The wizard's five screens. What comes next is asked of `rules.next_step`; a screen out of turn leads there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.params import FromPath

from lk import language
from lk.identity.forms import parse_email, shown_again
from lk.identity.rules import RESIDENT_COOKIE_SECONDS, likely_email
from lk.onboarding import actions
from lk.onboarding.beginning import begin
from lk.onboarding.forms import parse_credentials, parse_numbers
from lk.onboarding.messages import by_field
from lk.onboarding.queries import Place
from lk.onboarding.rules import Step
from lk.onboarding.views import PATHS, credentials_shown, first_sign_in_shown, letter_shown
from lk.outcome import Problem, Refused
from lk.web import Request, address_of, cookie, cookie_in, device_of, go, page, see_other, typed, viewer_in

REGISTRATION = "registration"
FOUR_DAYS = 4 * 24 * 3600

OVER = ("registration_ended", "link_ended")


class RegistrationController(Controller):
    path = ""
    response_headers = (ResponseHeader(name="Cache-Control", value="no-store"),)

    @get("/register")
    async def numbers_page(self, request: Request) -> Response[Any]:
        place = await _place(request)
        if place.step in actions.ON_THE_WAY and "again" not in request.query_params:
            return see_other(PATHS[place.step])
        return page(request, "onboarding/numbers.html", typed={}, errors=[], has_ended=place.step is Step.ENDED)

    @post("/register")
    async def take_numbers(self, request: Request) -> Response[Any]:
        values = await typed(request)
        try:
            numbers = parse_numbers(values)
            browser = await begin(
                numbers.account_number,
                numbers.meter_key,
                browser=cookie_in(request, REGISTRATION),
                user_id=_user_id(request),
                address=address_of(request),
            )
        except Refused as refusal:
            return _refused(request, "onboarding/numbers.html", refusal, typed=_shown_again(values), has_ended=False)
        place = await actions.place_now(browser)
        return _with_registration(see_other(PATHS[place.step]), browser)

    @get("/register/email")
    async def email_page(self, request: Request) -> Response[Any]:
        place = await _place(request)
        if place.registration is None or place.step not in (Step.EMAIL, Step.LETTER):
            return see_other(PATHS[place.step])
        return page(
            request,
            "onboarding/email.html",
            email="" if place.registration.is_to_record else place.registration.email or "",
            is_correction=place.step is Step.LETTER,
            errors=[],
        )

    @post("/register/email")
    async def send_letter(self, request: Request) -> Response[Any]:
        values = await typed(request)
        place = await _place(request)
        try:
            email = parse_email(values)
            suggested = likely_email(email)
            if suggested is not None and values.get("email_asked") != email:
                return _email_asked(request, place, email, suggested)
            await actions.send_letter(cookie_in(request, REGISTRATION), email)
        except Refused as refusal:
            if _is_over(refusal):
                return see_other(PATHS[place.step])
            is_correction = place.step is Step.LETTER
            email = shown_again(values.get("email", ""))
            return _refused(request, "onboarding/email.html", refusal, email=email, is_correction=is_correction)
        return see_other("/register/letter")

    @get("/register/letter")
    async def letter_page(self, request: Request) -> Response[Any]:
        place = await _place(request)
        if place.step not in (Step.LETTER, Step.ELSEWHERE):
            return see_other(PATHS[place.step])
        return page(request, "onboarding/letter.html", **await letter_shown(place), errors=[])

    @post("/register/letter")
    async def send_letter_again(self, request: Request) -> Response[Any]:
        try:
            await actions.send_letter(cookie_in(request, REGISTRATION))
        except Refused as refusal:
            place = await _place(request)
            if place.step is not Step.LETTER:
                return see_other(PATHS[place.step])
            return _refused(request, "onboarding/letter.html", refusal, **await letter_shown(place))
        return see_other("/register/letter")

    @get("/register/letter/state")
    async def letter_state(self, request: Request) -> Response[Any]:
        """Asked again and again by the page of the letter: nothing new is 204, the next step moves the page on."""
        place = await _place(request)
        if place.step not in (Step.LETTER, Step.ELSEWHERE):
            return go(request, PATHS[place.step])
        letter = await letter_shown(place)
        if letter["shown"] == request.query_params.get("shown"):
            return Response(None, status_code=204)
        return page(request, "onboarding/_letter.html", **letter)

    @get("/register/first-sign-in/{token:str}")
    async def first_sign_in_page(self, request: Request, token: FromPath[str]) -> Response[Any]:
        place = await _place(request, token)
        if place.step in (Step.BUTTON, Step.NUMBERS_AGAIN):
            return page(
                request,
                "onboarding/first_sign_in.html",
                **first_sign_in_shown(place, token, _user_id(request)),
                errors=[],
            )
        return await _dead_link(request, place)

    @post("/register/first-sign-in/{token:str}")
    async def first_sign_in(self, request: Request, token: FromPath[str]) -> Response[Any]:
        values = await typed(request)
        place = await _place(request, token)
        try:
            used = await actions.use_link(
                token,
                cookie_in(request, REGISTRATION),
                numbers=_two_numbers(values) if place.step is Step.NUMBERS_AGAIN else None,
                user_id=_user_id(request),
                address=address_of(request),
            )
        except Refused as refusal:
            if _is_over(refusal):
                return await _dead_link(request, place)
            shown = first_sign_in_shown(place, token, _user_id(request)) | {
                "login": shown_again(values.get("login", ""))
            }
            return _refused(request, "onboarding/first_sign_in.html", refusal, **shown)
        if used.is_opened:
            return _with_registration(see_other(f"/accounts/{used.public_id}/welcome"), "", max_age=0)
        return _with_registration(see_other("/register/credentials"), used.browser)

    @get("/register/credentials")
    async def credentials_page(self, request: Request) -> Response[Any]:
        place = await _place(request)
        if place.registration is None or place.step is not Step.CREDENTIALS:
            return see_other(PATHS[place.step])
        return page(
            request,
            "onboarding/credentials.html",
            **credentials_shown(place.registration, _user_id(request)),
            errors=[],
        )

    @post("/register/credentials")
    async def choose_credentials(self, request: Request) -> Response[Any]:
        if _user_id(request) is not None:
            return await _add_account(request)
        values = await typed(request)
        place = await _place(request)
        form = parse_credentials(values)
        try:
            opened = await actions.open_cabinet(
                cookie_in(request, REGISTRATION),
                form.login,
                form.password,
                address=address_of(request),
                device=device_of(request),
                device_token=cookie_in(request, "device"),
                language=language.current(),
            )
        except Refused as refusal:
            if _is_over(refusal) or place.registration is None:
                return see_other(PATHS[(await _place(request)).step])
            shown = credentials_shown(place.registration, _user_id(request)) | {"new_login": shown_again(form.login)}
            return _refused(request, "onboarding/credentials.html", refusal, **shown)
        answer = _with_registration(see_other(f"/accounts/{opened.public_id}/welcome"), "", max_age=0)
        answer.set_cookie(cookie("session", opened.session, RESIDENT_COOKIE_SECONDS))
        answer.set_cookie(cookie("device", opened.device_token, RESIDENT_COOKIE_SECONDS))
        return answer


async def _place(request: Request, link: str | None = None) -> Place:
    return await actions.place_now(cookie_in(request, REGISTRATION), link)


def _shown_again(values: Mapping[str, str]) -> dict[str, str]:
    return {name: shown_again(value) for name, value in values.items()}


def _two_numbers(values: Mapping[str, str]) -> tuple[str, str]:
    numbers = parse_numbers(values, account_field="login", meter_field="password")
    return numbers.account_number, numbers.meter_key


async def _dead_link(request: Request, place: Place) -> Response[Any]:
    """The same browser that used the link goes on; anyone else reads why it opens nothing."""
    if place.step in (Step.CREDENTIALS, Step.CABINET):
        return see_other(PATHS[place.step])
    own = await _place(request)
    return page(request, "onboarding/dead_link.html", status=410, is_on_the_way=own.step in actions.ON_THE_WAY)


async def _add_account(request: Request) -> Response[Any]:
    try:
        public_id = await actions.add_account(
            cookie_in(request, REGISTRATION), viewer_in(request).user_id, address=address_of(request)
        )
    except Refused:
        return see_other(PATHS[(await _place(request)).step])
    return _with_registration(see_other(f"/accounts/{public_id}/welcome"), "", max_age=0)


def _email_asked(request: Request, place: Place, email: str, suggested: str) -> Response[Any]:
    """A likely slip of the finger is asked about once; the same address again is taken as it is."""
    if place.step not in (Step.EMAIL, Step.LETTER):
        return see_other(PATHS[place.step])
    refusal = Refused([Problem("email_unusual", field="email", params={"suggested": suggested})])
    shown = {"email": email, "suggested": suggested, "is_correction": place.step is Step.LETTER}
    return _refused(request, "onboarding/email.html", refusal, **shown)


def _refused(request: Request, template: str, refusal: Refused, **values: object) -> Response[str]:
    return page(request, template, status=422, errors=by_field(refusal.problems), **values)


def _is_over(refusal: Refused) -> bool:
    return refusal.problems[0].code in OVER


def _user_id(request: Request) -> int | None:
    viewer = viewer_in(request)
    return viewer.user_id if viewer is not None else None


def _with_registration(answer: Response[Any], browser: str, max_age: int = FOUR_DAYS) -> Response[Any]:
    answer.set_cookie(cookie(REGISTRATION, browser, max_age))
    return answer
