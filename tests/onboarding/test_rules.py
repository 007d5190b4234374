"""The wizard as one function: every state has a next step, and the initial credentials never live longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lk.onboarding.rules import Facts, Progress, Step, next_step, poll_seconds

NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
OPENS_SOMETHING = {Step.BUTTON, Step.NUMBERS_AGAIN, Step.CREDENTIALS}

instants = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
progresses = st.builds(
    Progress,
    ends_at=instants,
    has_letter=st.booleans(),
    is_link_used=st.booleans(),
    is_finished=st.booleans(),
    is_opened=st.booleans(),
).filter(lambda progress: progress.is_finished or not progress.is_opened)
facts = st.builds(
    Facts,
    now=instants,
    progress=st.none() | progresses,
    has_link=st.booleans(),
    has_cookie=st.booleans(),
    is_own_browser=st.booleans(),
)


def at(
    *,
    now: datetime = NOW,
    has_letter: bool = True,
    is_link_used: bool = False,
    is_finished: bool = False,
    is_opened: bool = False,
    has_link: bool = False,
    is_own_browser: bool = True,
) -> Step:
    progress = Progress(NOW + timedelta(hours=72), has_letter, is_link_used, is_finished, is_opened)
    return next_step(Facts(now, progress, has_link, has_cookie=True, is_own_browser=is_own_browser))


@given(facts)
def test_every_state_has_a_next_step(known: Facts) -> None:
    assert isinstance(next_step(known), Step)


@given(facts)
def test_nothing_opens_after_the_end(known: Facts) -> None:
    if next_step(known) in OPENS_SOMETHING:
        assert known.progress is not None
        assert not known.progress.is_finished
        assert known.now < known.progress.ends_at


@given(facts)
def test_own_credentials_are_chosen_only_where_the_link_was_used(known: Facts) -> None:
    if next_step(known) is Step.CREDENTIALS:
        assert known.progress is not None
        assert known.progress.is_link_used
        assert known.is_own_browser


@given(facts)
def test_a_used_link_opens_nothing_again(known: Facts) -> None:
    if known.progress is not None and known.progress.is_link_used:
        assert next_step(known) not in (Step.BUTTON, Step.NUMBERS_AGAIN)


@given(facts, instants)
def test_what_has_ended_stays_ended_whatever_the_clock_says(known: Facts, another_time: datetime) -> None:
    if known.progress is not None and known.progress.is_finished:
        moved = Facts(another_time, known.progress, known.has_link, known.has_cookie, known.is_own_browser)
        assert next_step(moved) is next_step(known)
        assert next_step(moved) in (Step.ENDED, Step.CABINET)


def test_a_fresh_browser_begins_with_the_numbers() -> None:
    assert next_step(Facts(NOW, None, has_link=False, has_cookie=False, is_own_browser=False)) is Step.NUMBERS


def test_after_the_numbers_comes_the_email_and_then_the_letter() -> None:
    assert at(has_letter=False) is Step.EMAIL
    assert at() is Step.LETTER


def test_the_link_asks_for_a_button_in_the_browser_that_began_and_for_the_numbers_in_another() -> None:
    assert at(has_link=True) is Step.BUTTON
    assert at(has_link=True, is_own_browser=False) is Step.NUMBERS_AGAIN


def test_after_the_link_come_own_credentials_and_then_the_cabinet() -> None:
    assert at(is_link_used=True) is Step.CREDENTIALS
    assert at(is_link_used=True, is_finished=True, is_opened=True) is Step.CABINET


def test_a_browser_whose_registration_went_on_elsewhere_is_told_so() -> None:
    assert next_step(Facts(NOW, None, has_link=False, has_cookie=True, is_own_browser=False)) is Step.ELSEWHERE


def test_seventy_two_hours_to_the_microsecond() -> None:
    end = NOW + timedelta(hours=72)
    assert at(now=end - timedelta(microseconds=1), has_link=True) is Step.BUTTON
    assert at(now=end, has_link=True) is Step.ENDED
    assert at(now=end, is_link_used=True) is Step.ENDED


def test_the_letter_page_asks_ever_more_rarely_and_stops() -> None:
    waits = [poll_seconds(NOW, NOW + timedelta(minutes=minutes)) for minutes in (0, 9, 10, 59, 60, 600)]
    assert waits == [5, 5, 30, 30, None, None]
