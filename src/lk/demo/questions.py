"""What people of the town asked support lately, and the answers that operators have ready."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from lk import clock
from lk.accounts.queries import accounts_of
from lk.actor import Actor
from lk.demo.people import agent_at_desk, operators
from lk.demo.pictures import picture_of_dial
from lk.demo.signs import HELPER, RESIDENT
from lk.feedback.answering import answer, note, take
from lk.feedback.asking import ask_as_user
from lk.feedback.canned import add_canned
from lk.feedback.files import Attachment
from lk.feedback.queries import Question
from lk.feedback.replying import close_as_helped, reply
from lk.feedback.rules import SUBJECTS, Status, TypedQuestion
from lk.identity.queries import user_by_login
from lk.identity.rules import login_key
from lk.tokens import new_public_id

_ALL = 2**62
_READY = (
    ("Почему вырос счёт", "Здравствуйте. Мы сравнили показания с прошлым годом: вырос расход, а тариф прежний. "
     "Откройте счёт и нажмите «Почему столько?» у строки: там видно, сколько кВт·ч и по какой цене."),
    ("Поверка счётчика", "Здравствуйте. Срок поверки написан в кабинете у счётчика. Пока он не вышел, делать ничего "
     "не нужно; за три месяца до него мы пришлём письмо."),
    ("Где чек", "Здравствуйте. Чек приходит на почту кабинета сразу после оплаты. Посмотрите в папке «Спам»; если его "
     "там нет, напишите здесь, и мы пришлём его ещё раз."),
)  # fmt: skip


async def ask_questions(now: datetime) -> None:
    """One that waits with a photo, one that waits for the resident, one that was answered and closed."""
    resident, helper = await _user(RESIDENT.login), await _user(HELPER.login)
    if resident is None or helper is None:
        return
    agent = await agent_at_desk()
    for title, text in _READY:
        await add_canned(title, text, (await operators())[0])
    await _closed(resident, agent, now - timedelta(days=12))
    await _waits_for_the_resident(resident, agent, now - timedelta(days=2))
    with clock.fixed_at(now - timedelta(hours=3)):
        await _asked(
            helper,
            "readings",
            "Показание на экране и на фото разное: последняя цифра после запятой. Какую писать?",
            Attachment("jpeg", await asyncio.to_thread(picture_of_dial, 4820, 5)),
        )


async def _closed(resident: int, agent: Actor, at: datetime) -> None:
    with clock.fixed_at(at):
        asked = await _asked(resident, "payment", "Оплатила вчера картой, а чека нет. Он нужен для субсидии.")
    with clock.fixed_at(at + timedelta(minutes=50)):
        text = "Здравствуйте. Чек ушёл вам на почту ещё раз. Письмо от эквайера, тема «Чек»."
        await _answered(asked, text, Status.ANSWERED, agent)
    with clock.fixed_at(at + timedelta(hours=4)):
        await reply(asked, "Нашла, спасибо.", [], Actor(resident), form_key=new_public_id(24))
        await close_as_helped(asked, Actor(resident))


async def _waits_for_the_resident(resident: int, agent: Actor, at: datetime) -> None:
    with clock.fixed_at(at):
        asked = await _asked(resident, "bill", "Счёт больше, чем в прошлом месяце, хотя мы уезжали.\nПочему так?")
    with clock.fixed_at(at + timedelta(hours=2)):
        await take(asked.public_id, agent)
        text = "Показание похоже на ошибку в третьей цифре: прошу фото счётчика."
        await note(asked.public_id, text, agent, form_key=new_public_id(24))
        text = "Здравствуйте. Пришлите, пожалуйста, фото счётчика: сверим цифры, если в них ошибка, пересчитаем счёт."
        await _answered(asked, text, Status.WAITING, agent)


async def _asked(user_id: int, subject: str, text: str, *files: Attachment) -> Question:
    account = next(iter(await accounts_of(user_id)))
    typed = TypedQuestion(subject, SUBJECTS[subject], text, account.public_id, "", new_public_id(24))
    return await ask_as_user(user_id, typed, files, Actor(user_id))


async def _answered(question: Question, text: str, leads_to: Status, agent: Actor) -> None:
    await answer(question.public_id, text, leads_to, agent, seen_id=_ALL, form_key=new_public_id(24))


async def _user(login: str) -> int | None:
    found = await user_by_login(login_key(login))
    return found.id if found else None
