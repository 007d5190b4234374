"""What the instruction is about, in the order in which it is read: a template of `templates/guide/topics` for each."""

from __future__ import annotations

from dataclasses import dataclass

from lk.language import N_, _


@dataclass(frozen=True, slots=True)
class Topic:
    """A message each: what the others ask for is in the current language."""

    slug: str
    title_message: str
    told_message: str
    words_message: str

    @property
    def title(self) -> str:
        return _(self.title_message)

    @property
    def told(self) -> str:
        """One sentence for the contents and for search engines."""
        return _(self.told_message)

    @property
    def words(self) -> str:
        """How people call it who search for it."""
        return _(self.words_message)

    @property
    def path(self) -> str:
        return f"/guide/{self.slug}"

    @property
    def template(self) -> str:
        return f"guide/topics/{self.slug}.html"


CHAPTERS: tuple[tuple[str, tuple[Topic, ...]], ...] = (
    (
        N_("Открыть кабинет"),
        (
            Topic(
                "numbers",
                N_("Где взять два номера"),
                N_("Лицевой счёт и номер счётчика: где они на бумажном счёте и на самом счётчике."),
                N_("квитанция платёжка найти номер заводской серийный прибор учёта где искать"),
            ),
            Topic(
                "register",
                N_("Открыть кабинет"),
                N_("Пять экранов от бумажного счёта до своего логина и пароля."),
                N_("регистрация зарегистрироваться создать завести личный подключить"),
            ),
            Topic(
                "letter",
                N_("Письмо не пришло"),
                N_("Где искать письмо со ссылкой и что делать, если его нет."),
                N_("почта спам ссылка не приходит не открывается email емейл электронная"),
            ),
            Topic(
                "sign-in",
                N_("Войти, даже если забыт пароль"),
                N_("Вход по паролю и по отпечатку, новый пароль вместо забытого."),
                N_("логин восстановить сбросить сменить ключ входа отпечаток лицо passkey не могу зайти"),
            ),
        ),
    ),
    (
        N_("Показания"),
        (
            Topic(
                "meter",
                N_("Прочитать счётчик"),
                N_("Какие цифры переписать: с барабанчиками, с экраном, с одним, двумя и тремя тарифами."),
                N_(
                    "снять показания прибор учёта электронный механический табло т1 т2 т3 день ночь пик полупик запятая"
                ),
            ),
            Topic(
                "reading",
                N_("Передать показание"),
                N_("Ввести цифры, увидеть сумму и отправить — полминуты."),
                N_("отправить внести ввести подать сдать ошибка опечатка исправить меньше прошлого фото"),
            ),
            Topic(
                "days",
                N_("Когда передавать и что, если не передать"),
                N_("Дни приёма, расчёт по среднему и по нормативу, как он потом исправляется."),
                N_("срок число опоздал забыл пропустил среднее норматив календарь дата"),
            ),
            Topic(
                "without-cabinet",
                N_("Показание без входа или по телефону"),
                N_("Ссылка из письма, код на бумажном счёте и горячая линия."),
                N_("передать позвонить звонок оператор телефон куар qr без интернета без пароля"),
            ),
            Topic(
                "new-meter",
                N_("Новый счётчик"),
                N_("Что делать до и после замены и как её посчитают."),
                N_("замена поменяли поверка сломался не работает акт установили прибор учёта"),
            ),
            Topic(
                "away",
                N_("Надолго уезжаете"),
                N_("Дом или квартира стоят пустыми: счета без расхода."),
                N_("дача отпуск уехать отъезд никого нет пустует вернулись"),
            ),
        ),
    ),
    (
        N_("Счёт и оплата"),
        (
            Topic(
                "bill",
                N_("Прочитать счёт"),
                N_("Что значит каждая строка и почему получилось столько."),
                N_("квитанция платёжка сумма начислено тариф перерасчёт возврат долг пени кВт"),
            ),
            Topic(
                "payment",
                N_("Оплатить"),
                N_("Картой, через СБП, по коду в приложении банка, за несколько адресов сразу."),
                N_("платить деньги карта сбп банк qr куар чек несколько квартир аванс"),
            ),
            Topic(
                "autopay",
                N_("Чтобы платилось само"),
                N_("Автоплатёж: сумма счёта или одна и та же сумма, предел и пропуск месяца."),
                N_("автоплатёж автоматически списание привязать карту отключить предел лимит"),
            ),
        ),
    ),
    (
        N_("Кто ещё видит кабинет"),
        (
            Topic(
                "helper",
                N_("Помощник: сосед или дети"),
                N_("Как позвать того, кто передаст показания и заплатит за вас."),
                N_("доступ пригласить родители мама ребёнок сын дочь родственник другой человек"),
            ),
            Topic(
                "staff",
                N_("Что видят сотрудники"),
                N_("Сотрудник видит, но не меняет, и каждый его взгляд вам виден."),
                N_("оператор поддержка безопасность кто смотрел код страницы мошенники"),
            ),
            Topic(
                "moving",
                N_("Вы переезжаете"),
                N_("Последнее показание, последний счёт и закрытие кабинета."),
                N_("продать квартиру продажа съехать новый хозяин собственник закрыть удалить"),
            ),
        ),
    ),
)

TOPICS: tuple[Topic, ...] = tuple(topic for _name, topics in CHAPTERS for topic in topics)

_BY_SLUG = {topic.slug: topic for topic in TOPICS}


def chapters() -> list[tuple[str, tuple[Topic, ...]]]:
    """In the current language."""
    return [(_(name), topics) for name, topics in CHAPTERS]


def topic_of(slug: str) -> Topic | None:
    return _BY_SLUG.get(slug)


def neighbours(topic: Topic) -> tuple[Topic | None, Topic | None]:
    """The one before and the one after."""
    at = TOPICS.index(topic)
    return TOPICS[at - 1] if at else None, TOPICS[at + 1] if at + 1 < len(TOPICS) else None
