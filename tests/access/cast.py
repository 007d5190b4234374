"""Everyone who may stand before a route, each with a live session of their own for every route."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from time import monotonic, sleep
from typing import Any

import httpx

from lk import clock, db
from lk.access import matrix
from lk.accounts.tables import Access
from lk.actor import Role
from lk.identity.actions import begin_session, choose_credentials, new_user
from lk.identity.agents import add_agent
from lk.identity.passwords import hash_password
from lk.identity.tables import Agent
from lk.profile.tables import DataExport
from lk.support.tables import Impersonation
from lk.tokens import token_hash
from tests import loopback
from tests.household import LOGIN, METER, OTHER_LOGIN, ask_letter, register, register_neighbour
from tests.journeys.steps import link_card, pay_by_card, send_reading, start_paying
from tests.readings.photos import photo
from tests.served import Served, Visitor

AGENTS = (Role.SUPPORT, Role.OPERATOR, Role.ADMIN)
Route = tuple[str, str]
ENDS_MORE = (
    ("POST", "/profile/sessions/end-others"),
    ("POST", "/accounts/{account_id}/access/leaving"),
    ("POST", "/profile/closing"),
)
"""Requests that end other sessions, the access, or the whole cabinet of whoever sends them."""


@dataclass(frozen=True)
class Things:
    """What stands for the parameters of a path: things that exist, and those of another resident."""

    account_id: str
    period: str
    payment_id: str
    token: str
    message_id: str
    digest: str
    name: str
    enrolment: str
    meter_id: str
    reading_id: str
    bill_id: str
    card_id: str
    refund_id: str
    correction_id: str
    bank_payment_id: str
    task_id: str
    stray_id: str
    bank_return_id: str
    import_id: str
    undo_id: str
    agent_id: str
    others_account_id: str
    others_payment_id: str
    others_card_id: str
    session_id: str = "999999"
    passkey_id: str = "999999"
    access_id: str = "999999"
    invitation_id: str = "999999"
    invitation: str = "nobodys-invitation"
    change: str = "nobodys-change"
    release: str = "nobodys-release"
    letter: str = "999999-nobodys-letter"
    consent: str = "news"
    form_id: str = "23456789abcd"
    list_name: str = "put-aside"
    link: str = "nobodys-link"
    answer_id: str = "1"
    letter_id: str = "999999"
    region: str = "moscow"
    tariff_category: str = "gas"
    export_kind: str = "readings"
    print_run_id: str = "printofcast1"
    setting_name: str = "views_a_day"
    chart: str = "readings"
    topic: str = "numbers"

    def path(self, template: str, role: Role) -> str:
        if "{copy_id}" in template:
            return f"/profile/copy/of-{role.value}"
        template = template.replace("{question_id}", f"question{role.value}")
        template = template.replace("{file_id}", str(_file_of(role)))
        if template.startswith("/enrolment/"):
            return f"/enrolment/{self.enrolment}"
        return re.sub(r"\{(\w+)\}", lambda found: str(getattr(self, found[1])), template)


class Cast:
    """`ask` sends one request as one role, in a session that no other request uses.

    A POST carries the token and the meter that the form is about, and nothing typed: it is refused, or has no fields.
    """

    def __init__(self, lk: Served) -> None:
        self.lk = lk
        self.things = _furnish(lk)
        self._sessions = lk.ask(_sessions(self.things))
        self._stale_sessions = lk.ask(_sessions(self.things, confirmed_before=timedelta(minutes=16)))
        self._coded_sessions = lk.ask(_coded_sessions(self.things))
        self.http = lk.visitor().http
        self.http.follow_redirects = False

    def ask(
        self,
        role: Role,
        route: Route,
        *,
        path: str | None = None,
        with_token: bool = True,
        is_stale: bool = False,
        has_code: bool = False,
        has_scripts: bool = False,
    ) -> httpx.Response:
        """`is_stale`: the password was entered too long ago for what matters most.

        `has_code`: the resident's code was entered in the look. `has_scripts`: as htmx asks.
        """
        method, template = route
        cookies = {}
        if has_code:
            cookies["lk_session"] = self._coded_sessions[route]
        elif role is not Role.ANYONE:
            cookies["lk_session"] = (self._stale_sessions if is_stale else self._sessions)[role, route]
        fields = {}
        if method == "POST" and with_token:
            cookies["lk_csrf"], fields["_csrf_token"] = self._csrf
            fields["meter"] = self.things.meter_id
        headers = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        if has_scripts:
            headers["hx-request"] = "true"
        return self.http.request(method, path or self.things.path(template, role), headers=headers, data=fields or None)

    @cached_property
    def _csrf(self) -> tuple[str, str]:
        with loopback.client(base_url=self.lk.url) as fresh:
            page = fresh.get("/sign-in").text
            token = re.search(r'name="_csrf_token" value="([^"]+)"', page)
            assert token
            return fresh.cookies["lk_csrf"], token[1]

    def contents(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table, but when a session was last used and that staff saw a customer's card.

        Copies and looks along the seals that were waited for before are made, letters that were on their way have
        arrived. What is counted at night, whenever that is caught up with, is nothing that a request changes.
        """
        deadline = monotonic() + 30
        while self.lk.rows(
            "SELECT id FROM data_exports WHERE ready_at IS NULL UNION ALL "
            "SELECT id FROM audit_checks WHERE finished_at IS NULL UNION ALL "
            "SELECT id FROM messages WHERE status IN ('queued', 'sending')"
        ):
            assert monotonic() < deadline, "copies or looks are not made, or letters not sent"
            sleep(0.1)
        tables = self.lk.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
            "AND name NOT LIKE 'statistic%'"
        )
        dump = {row["name"]: self.lk.rows(f"SELECT * FROM {row['name']} ORDER BY 1") for row in tables}
        for session in dump["sessions"]:
            del session["used_at"]
        dump["events"] = [event for event in dump["events"] if event["kind"] != "customer_viewed"]
        return dump


def _furnish(lk: Served) -> Things:
    """A holder with a paid bill, a neighbour with a bill and a payment, a newcomer with a letter."""
    holder, neighbour = lk.visitor(), lk.visitor()
    home = register(lk, holder)
    card = link_card(holder, home)
    send_reading(holder, home, t1="5000", t2="2200")
    other_home = register_neighbour(lk, neighbour)
    others_card = link_card(neighbour, other_home)
    lk.move_to("2025-07-29T12:00")
    lk.run_month()
    pay_by_card(holder, home, "2088,60")
    start_paying(neighbour, other_home, "100")
    newcomer_link = ask_letter(lk, lk.visitor(), "novyy@example.org", "10000-001-03", "30303030")
    static = re.search(r'href="/static/([^/"]+)/([^"]+)"', lk.visitor().get("/"))
    assert static
    payments = lk.rows("SELECT public_id FROM payments ORDER BY id")
    enrolment = lk.ask(add_agent("novichok", "support")).rpartition("/")[2]
    return Things(
        account_id=home.rpartition("/")[2],
        period="2025-07",
        payment_id=payments[0]["public_id"],
        token=newcomer_link.rpartition("/")[2],
        message_id=str(lk.rows("SELECT min(id) AS id FROM messages")[0]["id"]),
        digest=static[1],
        name=static[2],
        enrolment=enrolment,
        **_moved_money(lk),
        meter_id=str(lk.rows("SELECT id FROM meters WHERE serial_key = {}", METER)[0]["id"]),
        reading_id=_held_with_photo(lk, holder, home),
        bill_id=_held_bill(lk),
        card_id=card.rpartition("/")[2],
        agent_id=_another_agent(lk),
        others_account_id=other_home.rpartition("/")[2],
        others_payment_id=payments[1]["public_id"],
        others_card_id=others_card.rpartition("/")[2],
    )


def _moved_money(lk: Served) -> dict[str, str]:
    """A refund and a correction of the holder's account, a bank's payment of nobody, a task for a person."""
    now = lk.now
    lk.change(
        "INSERT INTO refunds (public_id, payment_id, account_id, key, amount_kopecks, words, status, reason, body, "
        "asked_by, created_at) SELECT 'refundofcast', p.id, p.account_id, 'refund:refundofcast', 100, 'Ошибка', "
        "'succeeded', '', '', g.id, {} FROM payments p, agents g WHERE p.id = (SELECT min(id) FROM payments)",
        now,
    )
    lk.change(
        "INSERT INTO corrections (public_id, account_id, kind, part, amount_kopecks, words, status, reason, asked_by, "
        "created_at) SELECT 'correctcast1', account_id, 'correction', 'principal', -100, 'Ошибка', 'posted', '', "
        "asked_by, {} FROM refunds",
        now,
    )
    lk.change(
        "INSERT INTO bank_payments (external_id, account_number, paid_on, amount_kopecks, channel, loaded_at) "
        "VALUES ('cast-1', '9999999999', '2025-07-20', 100, 'bank', {})",
        now,
    )
    lk.change(
        "INSERT INTO money_tasks (kind, subject, params, opened_at, words) "
        "VALUES ('unknown_payment', 'cast', {}, {}, '')",
        '{"there": 100, "intent": ""}',
        now,
    )
    lk.change(
        "INSERT INTO strays (public_id, task_id, kind, acquirer_payment_id, key, amount_kopecks, card, words, status, "
        "reason, body, asked_by, created_at) SELECT 'strayofcast1', t.id, 'return', 'cast', 'return:cast', 100, '', "
        "'Ошибка', 'refused', '', '', r.asked_by, {} FROM money_tasks t, refunds r WHERE t.subject = 'cast'",
        now,
    )
    lk.change(
        "INSERT INTO bank_returns (public_id, bank_payment_id, amount_kopecks, words, status, reason, asked_by, "
        "created_at) SELECT 'backofcast12', b.id, 100, 'Ошибка', 'refused', '', r.asked_by, {} "
        "FROM bank_payments b, refunds r WHERE b.external_id = 'cast-1'",
        now,
    )
    lk.change(
        "INSERT INTO imports (public_id, kind, name, bytes, hash, status, problems, asked_by, asked_at, checked_at) "
        "SELECT 'importofcast', 'payments', 'x', 1, 'x', 'checked', 1, asked_by, {}, {} FROM refunds",
        *(now, now),
    )
    lk.change(
        "INSERT INTO import_undos (public_id, import_id, rows, kept, amount_kopecks, words, status, asked_by, "
        "created_at) SELECT 'undoofcast12', i.id, 1, 0, 100, 'Ошибка', 'refused', i.asked_by, {} FROM imports i",
        now,
    )
    return {
        "import_id": "importofcast",
        "undo_id": "undoofcast12",
        "stray_id": "strayofcast1",
        "bank_return_id": "backofcast12",
        "refund_id": "refundofcast",
        "correction_id": "correctcast1",
        "bank_payment_id": str(lk.rows("SELECT id FROM bank_payments")[0]["id"]),
        "task_id": str(lk.rows("SELECT id FROM money_tasks")[0]["id"]),
    }


def _another_agent(lk: Served) -> str:
    """For an admin to change: nobody signs in as this one."""
    lk.ask(add_agent("smenshchik", "support"))
    return str(lk.rows("SELECT max(id) AS id FROM agents")[0]["id"])


def _held_bill(lk: Served) -> str:
    """The bill of the meter's account, as if it had waited for a person once."""
    (bill,) = lk.rows(
        "SELECT max(b.id) AS id FROM bills b JOIN meters m ON m.account_id = b.account_id WHERE m.serial_key = {}",
        METER,
    )
    lk.change("UPDATE bills SET hold_reasons = {} WHERE id = {}", '[{"code":"negative","consumption":-1}]', bill["id"])
    return str(bill["id"])


def _held_with_photo(lk: Served, holder: Visitor, home: str) -> str:
    """A reading that waits for a person, and the photo beside it."""
    send_reading(holder, home, t1="4000", t2="1000")
    (held,) = lk.rows("SELECT id FROM readings WHERE status = 'held'")
    holder.attach(f"{home}/readings/{held['id']}/photo", photo(60, 40))
    return str(held["id"])


async def _sessions(things: Things, confirmed_before: timedelta | None = None) -> dict[tuple[Role, Route], str]:
    """A session for each role and route: one that signs out takes nobody else along."""
    async with db.write():
        users = await _users(things)
        twins = {route: await _twins(things, route[1]) for route in ENDS_MORE} if confirmed_before is None else {}
        tokens: dict[tuple[Role, Route], str] = {
            (role, route): await _session(
                role,
                (twins.get(route, users) if matrix()[route][role] in ("+", "!") else users).get(role, users[role]),
                things,
            )
            for role in Role
            if role is not Role.ANYONE
            for route in matrix()
            if confirmed_before is None or matrix()[route][role] == "!"
        }
        if confirmed_before is not None:
            stale = [(clock.now() - confirmed_before, token_hash(token)) for token in tokens.values()]
            await db.write_many("UPDATE sessions SET confirmed_at = {} WHERE token_hash = {}", stale)
        return tokens


async def _coded_sessions(things: Things) -> dict[Route, str]:
    """An agent who looks, in whose look the resident's code was entered."""
    async with db.write():
        agent = (await _users(things))[Role.LOOKING]
        return {route: await _session(Role.LOOKING, agent, things, has_code=True) for route in matrix()}


async def _users(things: Things) -> dict[Role, int]:
    by_login = {row["login"]: row["id"] for row in await db.read("SELECT id, login FROM users")}
    account = (await db.read("SELECT id FROM accounts WHERE public_id = {}", things.account_id))[0]["id"]
    users = {Role.HOLDER: by_login[LOGIN], Role.RESIDENT: by_login[OTHER_LOGIN]}
    if "sosed" in by_login:
        agents = {role: by_login[role.value] for role in AGENTS}
        return users | agents | {Role.HELPER: by_login["sosed"], Role.LOOKING: agents[Role.SUPPORT]}
    users[Role.HELPER] = await _user("sosed")
    await Access.insert(Access(user_id=users[Role.HELPER], account_id=account, role="helper", created_at=clock.now()))
    for role in AGENTS:
        users[role] = await _user(role.value)
        await Agent.insert(Agent(user_id=users[role], code=f"Я-{users[role]}", role=role.value, totp_secret="A" * 32))
    await _copies(users)
    await _print_run()
    await _questions(users | {Role.LOOKING: users[Role.HOLDER]}, account)
    return users | {Role.LOOKING: users[Role.SUPPORT]}


async def _twins(things: Things, path: str) -> dict[Role, int]:
    """Of the same roles (a holder has none), for what ends more than itself."""
    twins: dict[Role, int] = {}
    for role in Role:
        if role not in (Role.ANYONE, Role.LOOKING):
            twins[role] = await _user(f"{role.value}-twin{path}")
    account = (await db.read("SELECT id FROM accounts WHERE public_id = {}", things.account_id))[0]["id"]
    await Access.insert(Access(user_id=twins[Role.HELPER], account_id=account, role="helper", created_at=clock.now()))
    for role in AGENTS:
        await Agent.insert(Agent(user_id=twins[role], code=f"Б-{twins[role]}", role=role.value, totp_secret="A" * 32))
    return twins


async def _copies(users: dict[Role, int]) -> None:
    """Of own data, one for each resident."""
    now = clock.now()
    for role in (Role.RESIDENT, Role.HOLDER, Role.HELPER):
        await DataExport.insert(
            DataExport(
                public_id=f"of-{role.value}",
                user_id=users[role],
                asked_at=now,
                ready_at=now,
                ends_at=now + timedelta(days=3),
                content="",
            )
        )


async def _print_run() -> None:
    """One that can be taken."""
    now = clock.now()
    await db.execute(
        "INSERT INTO print_runs (public_id, period, asked_by, asked_at, claim_ends_at, finished_at, ends_at) "
        "SELECT 'printofcast1', 202507, min(id), {}, {}, {}, {} FROM agents",
        *(now, now, now, now + timedelta(days=3)),
    )


def _file_of(role: Role) -> int:
    return 1000 + list(Role).index(role)


async def _questions(users: dict[Role, int], account: int) -> None:
    """One for each role, with a file; and an answer that is ready to send."""
    now = clock.now()
    for role in Role:
        if role is Role.ANYONE:
            continue
        name = f"question{role.value}"
        await db.execute(
            "INSERT INTO questions (public_id, form_key, user_id, account_id, email, subject, title, search_key, "
            "status, created_at, opened_at, changed_at) "
            "VALUES ({}, {}, {}, {}, '', 'bill', 'x', 'x', 'new', {}, {}, {})",
            *(name, name, users[role], account, now, now, now),
        )
        await db.execute(
            "INSERT INTO question_messages (question_id, form_key, author, text, sent_at) "
            "SELECT id, {}, 'resident', 'x', {} FROM questions WHERE public_id = {}",
            *(name, now, name),
        )
        await db.execute(
            "INSERT INTO question_files (id, question_id, message_id, kind, size, content, added_at) "
            "SELECT {}, question_id, id, 'jpeg', 4, {}, {} FROM question_messages WHERE form_key = {}",
            *(_file_of(role), b"jpeg", now, name),
        )
    await db.execute("INSERT INTO canned_answers (title, text, changed_at) VALUES ('x', 'x', {})", now)


async def _user(login: str) -> int:
    user_id = await new_user(f"{login}@example.org")
    await choose_credentials(user_id, login, await hash_password("skameyka u vtorogo podezda"))
    return user_id


async def _session(role: Role, user_id: int, things: Things, *, has_code: bool = False) -> str:
    is_agent = role in (*AGENTS, Role.LOOKING)
    token = await begin_session(user_id, address="127.0.0.1", device="test", is_agent=is_agent)
    if is_agent:
        await db.execute(
            "UPDATE sessions SET second_factor_at = {} WHERE token_hash = {}", clock.now(), token_hash(token)
        )
    if role is Role.LOOKING:
        await _look(token, things, has_code=has_code)
    return token


async def _look(token: str, things: Things, *, has_code: bool) -> None:
    session = (await db.read("SELECT id, user_id FROM sessions WHERE token_hash = {}", token_hash(token)))[0]
    agent = (await db.read("SELECT id FROM agents WHERE user_id = {}", session["user_id"]))[0]
    account = (await db.read("SELECT id FROM accounts WHERE public_id = {}", things.account_id))[0]
    await Impersonation.insert(
        Impersonation(
            agent_id=agent["id"],
            account_id=account["id"],
            session_id=session["id"],
            reason="bill",
            started_at=clock.now(),
            ends_at=clock.now() + timedelta(minutes=30),
            allowed_at=clock.now() if has_code else None,
        )
    )
