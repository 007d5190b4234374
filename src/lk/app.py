"""create_app(): controllers, middleware, error pages, lifespan; nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import astuple

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.types import ControllerRouterHandler

from lk import access, db, schedule
from lk.accounts.controllers.access import AccessController, InvitationController
from lk.accounts.controllers.own import OwnAccountController, ReleaseController
from lk.audit.controller import AuditController
from lk.autopay.controller import AutopayController, UnlinkController
from lk.billing.controller import BillsController, OpenDataController
from lk.cards.controller import CardsController
from lk.config import settings
from lk.cycle.controllers.board import BoardController
from lk.cycle.controllers.calendar import CalendarController
from lk.cycle.controllers.trial import TrialController
from lk.demo.controller import DEMO_ROUTES
from lk.demo.signs import SIGNS
from lk.errors import HANDLERS
from lk.feedback.controllers.canned import CannedAnswersController
from lk.feedback.controllers.desk import DeskQuestionsController
from lk.feedback.controllers.help import HelpController
from lk.feedback.controllers.link import QuestionLinkController
from lk.feedback.controllers.own import OwnQuestionsController
from lk.guide.controller import GuideController
from lk.history.controller import HistoryController
from lk.identity.controllers.email import EmailChangeController, OwnEmailController
from lk.identity.controllers.enrolment import EnrolmentController
from lk.identity.controllers.own import ConfirmController, OwnCredentialsController, SessionsController
from lk.identity.controllers.passkeys import PasskeysController, PasskeySignInController
from lk.identity.controllers.recovery import RecoveryCodesController
from lk.identity.controllers.reset import PasswordResetController
from lk.identity.controllers.sign_in import SignInController
from lk.identity.passwords import common_passwords
from lk.metering.controller import AwayController
from lk.middleware import Identify, OwnForms, security_headers
from lk.onboarding.controller import RegistrationController
from lk.operations.controller import health
from lk.operations.controllers.agents import AgentsController
from lk.operations.controllers.approvals import ApprovalsController
from lk.operations.controllers.bank_payments import BankPaymentsController
from lk.operations.controllers.clock import ClockController
from lk.operations.controllers.corrections import AccountCorrectionsController
from lk.operations.controllers.dated import DatedController
from lk.operations.controllers.exports import ExportsController
from lk.operations.controllers.imports import ImportsController
from lk.operations.controllers.payments import MoneyController
from lk.operations.controllers.prices import PricesController
from lk.operations.controllers.reconciliation import ReconciliationController
from lk.operations.controllers.settings import SettingsController
from lk.operations.controllers.strays import StraysController
from lk.operations.controllers.verification import VerificationController
from lk.overview.controller import OverviewController
from lk.payments.controller import PaymentsController, acquirer_events
from lk.payments.controllers.corrections import CorrectionsController
from lk.payments.controllers.together import TogetherController
from lk.profile.controller import ProfileController
from lk.profile.controllers.closing import ClosingController
from lk.profile.controllers.consents import ConsentsController
from lk.profile.controllers.copies import CopiesController
from lk.profile.controllers.language import LanguageController
from lk.profile.controllers.letters import LettersController, LettersOffController
from lk.readings.controller import ReadingsController
from lk.readings.controllers.carried import CarriedController
from lk.readings.controllers.link import ReadingLinkController
from lk.readings.controllers.offline import OfflineController
from lk.readings.controllers.receipts import ReceiptController
from lk.static_files import static, static_file, static_files
from lk.statistics.controller import StatisticsController
from lk.support.controllers.bill import BillReplayController
from lk.support.controllers.bill_reading import BillReadingController
from lk.support.controllers.cabinet import DeskCabinetController
from lk.support.controllers.desk import SupportController
from lk.support.controllers.held import HeldController
from lk.support.controllers.held_bills import HeldBillsController
from lk.support.controllers.look_code import LookCodeController, StaffCodeController
from lk.support.controllers.phone import PhoneReadingController
from lk.support.controllers.replacement import ReplacementController
from lk.templating import environment
from lk.watching.controller import metrics
from lk.watching.requests import Watched
from lk.web import LARGEST_FORM

ROUTES: list[ControllerRouterHandler] = [
    GuideController,
    HelpController,
    OwnQuestionsController,
    QuestionLinkController,
    RegistrationController,
    SignInController,
    EnrolmentController,
    ConfirmController,
    PasswordResetController,
    OwnCredentialsController,
    SessionsController,
    PasskeySignInController,
    PasskeysController,
    RecoveryCodesController,
    OwnEmailController,
    EmailChangeController,
    OverviewController,
    OwnAccountController,
    ReleaseController,
    AccessController,
    InvitationController,
    ProfileController,
    LanguageController,
    LettersController,
    LettersOffController,
    ConsentsController,
    CopiesController,
    ClosingController,
    ReadingsController,
    ReceiptController,
    ReadingLinkController,
    CarriedController,
    OfflineController,
    AwayController,
    BillsController,
    OpenDataController,
    PaymentsController,
    TogetherController,
    CardsController,
    AutopayController,
    UnlinkController,
    CorrectionsController,
    HistoryController,
    SupportController,
    LookCodeController,
    StaffCodeController,
    BillReplayController,
    DeskCabinetController,
    HeldController,
    HeldBillsController,
    BillReadingController,
    PhoneReadingController,
    ReplacementController,
    DeskQuestionsController,
    CannedAnswersController,
    BoardController,
    TrialController,
    ClockController,
    MoneyController,
    ApprovalsController,
    AccountCorrectionsController,
    BankPaymentsController,
    ReconciliationController,
    VerificationController,
    StraysController,
    ImportsController,
    PricesController,
    DatedController,
    CalendarController,
    ExportsController,
    SettingsController,
    AgentsController,
    AuditController,
    StatisticsController,
    acquirer_events,
    static_file,
    health,
    metrics,
]


def create_app(*, ticks: bool = True) -> Litestar:
    """The web application; with `ticks` it runs the month by itself. Raises MatrixError, StaticFileMissing."""
    static_files()
    environment().globals["static"] = static
    app = Litestar(
        route_handlers=[*ROUTES, *(DEMO_ROUTES() if settings().is_demo else [])],
        guards=[access.guard],
        middleware=[Identify(), OwnForms()],
        exception_handlers=HANDLERS,
        before_send=[security_headers],
        compression_config=CompressionConfig(
            backend="gzip", gzip_compress_level=5, minimum_size=1024, exclude=["^/static/", "^/sandbox/"]
        ),
        request_max_body_size=LARGEST_FORM,
        openapi_config=None,
        lifespan=[_running_with(ticks)],
        state=State(
            {"is_demo": settings().is_demo, **_shown_in_demo(), "seconds_since_beat": schedule.seconds_since_beat}
        ),
        debug=False,
        logging_config=None,
    )
    access.check_routes(app)
    # Outside of Litestar's own middleware: pages that are not there are requests too.
    app.asgi_handler = Watched(app.asgi_handler)
    return app


def _shown_in_demo() -> dict[str, object]:
    """(who, login, password, note) of the demonstration; production has no user that it did not make itself."""
    return {"demo_logins": [astuple(sign) for sign in SIGNS] if settings().is_demo else []}


def _running_with(ticks: bool):  # type: ignore[no-untyped-def]
    @asynccontextmanager
    async def running(_: Litestar) -> AsyncIterator[None]:
        aside = asyncio.create_task(asyncio.to_thread(common_passwords))
        try:
            async with schedule.ticking(ticks):
                yield
        finally:
            await aside
            await db.close()

    return running
