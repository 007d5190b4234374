"""Every switch by which the sandbox fails as a real acquirer may."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.sandbox.shop import Shop, choose, payment_body, saved_card_body


def test_faults_are_listed_set_one_by_one_and_cleared(shop: Shop) -> None:
    calm = shop.http.get("/faults").json()
    shop.faults(slow_ms=5, seed=7)
    assert shop.http.get("/faults").json() == calm | {"slow_ms": 5, "seed": 7}
    assert shop.http.delete("/faults").json() == calm


@pytest.mark.parametrize(
    "wrong",
    [
        {"sloww": 1},
        {"chance": 1},
        {"slow_ms": -1},
        {"slow_ms": True},
        {"down": 1},
        {"repeat_events": 10**9},
        {"lose_answer_share": 1.5},
        {"lose_answer_by": "post"},
        {"error_as": 200},
        {"error_as": 500.0},
        {"refund_reason": "card_expired"},
        {"hold_events": 1},
        {"spoilt_keys": ["key"]},
    ],
)
def test_an_unknown_fault_or_value_is_refused_and_nothing_is_set(shop: Shop, wrong: dict[str, object]) -> None:
    calm = shop.http.get("/faults").json()
    answer = shop.http.post("/faults", json={"error_500": 3, **wrong})
    assert (answer.status_code, answer.json()["parameter"]) == (400, next(iter(wrong)))
    assert shop.http.get("/faults").json() == calm


def test_a_lost_answer_took_the_money_and_the_repetition_takes_no_more(shop: Shop) -> None:
    body = saved_card_body(shop.linked())
    shop.faults(lose_answer=1)
    lost = shop.post("/payments", body, key="autopay")
    assert (lost.status_code, lost.content) == (502, b"")
    assert len(shop.log()) == 1
    assert shop.create("/payments", body, key="autopay")["status"] == "succeeded"
    assert len(shop.log()) == 1


def test_a_lost_payment_is_found_by_date_and_metadata_once_its_key_is_forgotten(shop: Shop) -> None:
    method_id = shop.linked()
    shop.faults(lose_answer=1)
    body = saved_card_body(method_id) | {"metadata": {"intent_id": "autopay:7:2026-09:1"}}
    shop.post("/payments", body, key="autopay:7:2026-09:1")
    shop.charge(method_id)
    shop.clock.move(hours=25)
    day = {"created_at.gte": "2026-09-05T00:00:00.000Z", "created_at.lt": "2026-09-06T00:00:00.000Z"}
    found = [item for item in shop.get("/payments", **day)["items"] if item["metadata"] == body["metadata"]]
    assert [payment["status"] for payment in found] == ["succeeded"]
    logged = [
        move["payment_id"] for move in shop.http.get("/log").json()["items"] if move["metadata"] == body["metadata"]
    ]
    assert logged == [found[0]["id"]]


def test_an_answer_may_be_lost_in_a_broken_connection(shop: Shop) -> None:
    body = saved_card_body(shop.linked())
    shop.faults(lose_answer=1, lose_answer_by="close")
    with pytest.raises(httpx.RemoteProtocolError):
        shop.post("/payments", body, key="autopay")
    assert len(shop.log()) == 1
    assert shop.create("/payments", body, key="autopay")["status"] == "succeeded"
    assert len(shop.log()) == 1


def test_a_share_of_answers_is_lost_the_same_way_for_the_same_seed(shop: Shop) -> None:
    def lost() -> list[bool]:
        shop.faults(lose_answer_share=0.5, seed=3)
        return [shop.post("/payments", payment_body()).status_code == 502 for _ in range(20)]

    first = lost()
    assert 3 < sum(first) < 17
    assert lost() == first


def test_error_500_does_nothing_so_many_times(shop: Shop) -> None:
    shop.faults(error_500=2)
    answers = [shop.post("/payments", payment_body(), key="same").status_code for _ in range(3)]
    assert answers == [500, 500, 200]
    assert len(shop.get("/payments")["items"]) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 409, 429, 500, 502, 503, 504])
def test_the_error_may_be_any_that_a_shop_must_not_take_for_a_refusal(shop: Shop, status: int) -> None:
    shop.faults(error_500=1, error_as=status)
    answer = shop.post("/payments", payment_body(), key="same")
    assert (answer.status_code, answer.json()["type"]) == (status, "error")
    assert "parameter" not in answer.json()
    assert shop.get("/payments")["items"] == []
    assert shop.create("/payments", payment_body(), key="same")["status"] == "pending"


def test_an_error_may_be_repeated_for_its_key_for_ever(shop: Shop) -> None:
    shop.faults(error_500=1, repeat_errors=True)
    assert [shop.post("/payments", payment_body(), key="spoilt").status_code for _ in range(3)] == [500, 500, 500]
    assert shop.create("/payments", payment_body(), key="other")["status"] == "pending"
    shop.http.delete("/faults")
    assert shop.create("/payments", payment_body(), key="spoilt")["status"] == "pending"


def test_money_may_be_taken_and_the_key_answer_with_errors_ever_after(shop: Shop) -> None:
    body = saved_card_body(shop.linked())
    shop.faults(lose_answer=1, repeat_errors=True)
    assert [shop.post("/payments", body, key="autopay").status_code for _ in range(3)] == [502, 500, 500]
    listed = shop.get("/payments")["items"]
    assert [payment["status"] for payment in listed] == ["succeeded"]
    assert len(shop.log()) == 1


def test_down_answers_503_to_everything_until_it_is_up(shop: Shop) -> None:
    shop.faults(down=True)
    assert shop.http.get("/v3/payments").status_code == 503
    assert shop.post("/payments", payment_body()).status_code == 503
    shop.faults(down=False)
    assert shop.get("/payments")["items"] == []


def test_slow_answers_come_late_but_the_work_is_done_at_once(shop: Shop) -> None:
    body = saved_card_body(shop.linked())
    shop.faults(slow_ms=2000)
    with pytest.raises(httpx.ReadTimeout):
        shop.http.post("/v3/payments", json=body, headers={"Idempotence-Key": "slow"}, timeout=0.3)
    assert len(shop.log()) == 1
    shop.faults(slow_ms=200)
    began = time.monotonic()
    shop.create("/payments", body, key="slow")
    assert time.monotonic() - began >= 0.2
    assert len(shop.log()) == 1


def test_forgotten_keys_charge_again_once(shop: Shop) -> None:
    body = saved_card_body(shop.linked())
    first = shop.create("/payments", body, key="autopay")
    shop.faults(forget_keys=True)
    second = shop.create("/payments", body, key="autopay")
    assert second["id"] != first["id"]
    assert shop.create("/payments", body, key="autopay") == second
    assert len(shop.log()) == 2


def test_not_idempotent_charges_every_time(shop: Shop) -> None:
    body = saved_card_body(shop.linked())
    shop.faults(not_idempotent=True)
    assert len({shop.create("/payments", body, key="autopay")["id"] for _ in range(3)}) == 3
    assert len(shop.log()) == 3


def test_a_late_success_stays_pending_and_then_comes(shop: Shop) -> None:
    method_id = shop.linked()
    shop.faults(late_success=600)
    charged = shop.charge(method_id)
    assert charged["status"] == "pending"
    assert "confirmation" not in charged
    shop.clock.move(minutes=9)
    assert shop.payment(charged["id"])["status"] == "pending"
    assert shop.log() == []
    shop.clock.move(minutes=1)
    assert shop.payment(charged["id"])["status"] == "succeeded"
    assert len(shop.log()) == 1


def test_a_payment_by_hand_may_succeed_late_too_and_is_not_paid_twice(shop: Shop) -> None:
    shop.faults(late_success=7200)
    created = shop.create("/payments", payment_body(save_payment_method=True))
    choose(created, "passes")
    choose(created, "expired")
    shop.clock.move(hours=2)
    paid = shop.payment(created["id"])
    assert paid["status"] == "succeeded"
    assert paid["payment_method"]["saved"] is True
    assert len(shop.log()) == 1
