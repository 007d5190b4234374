"""The one Piccolo app: tables found in every package, migrations beside the code or inside the wheel."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from lk.accounts.tables import Access, Account, Invitation, Premises, Release
from lk.audit.tables import AuditCheck
from lk.autopay.tables import Autopay, AutopayMonth
from lk.billing.tables import Bill, Charge
from lk.cards.tables import Card
from lk.cycle.tables import CycleRun, PutAside, TrialLine, TrialRun, Verification, VerificationFinding
from lk.feedback.tables import CannedAnswer, Question, QuestionFile, QuestionMessage
from lk.history.tables import Event, StaffSeal
from lk.identity.tables import (
    Agent,
    Attempt,
    Breaker,
    EmailChange,
    KnownDevice,
    Passkey,
    PasskeyChallenge,
    PasswordReset,
    RecoveryCode,
    Session,
    User,
)
from lk.ledger.tables import LedgerEntry
from lk.metering.tables import AwayDeclaration, CarriedReading, Meter, Reading, ReadingPhoto
from lk.notifications.tables import LetterPreference, Message
from lk.onboarding.tables import Registration
from lk.operations.tables import Import, ImportPiece, ImportUndo, PrintRun, PrintRunFile
from lk.payments.tables import (
    AcquirerEvent,
    BankPayment,
    BankReturn,
    Correction,
    MoneyTask,
    Payment,
    ReconciledDay,
    Refund,
    Stray,
    UndoneBankPayment,
)
from lk.profile.tables import Consent, DataExport
from lk.setting import Setting
from lk.statistics.tables import Statistic, StatisticMark, StatisticRun
from lk.support.tables import Impersonation, LookCode
from lk.tariffs.tables import BandLimit, Calendar, Extension, Norm, PenaltyRate, Rate, Vat
from lk.timekeeping.tables import ClockDoubt

HERE = Path(__file__).parent
_IN_WHEEL = HERE / "_migrations"
MIGRATIONS = _IN_WHEEL if _IN_WHEEL.is_dir() else HERE.parents[1] / "migrations"

TABLES = [
    User, Agent, Session, Attempt, Premises, Account, Access, Registration, Rate, BandLimit, Norm, Calendar, Vat,
    PenaltyRate, Extension,
    Meter, Reading, Bill, Charge, LedgerEntry, Payment, AcquirerEvent, Message, Event, Impersonation, LookCode,
    CycleRun,
    PutAside, Setting, Passkey, PasskeyChallenge, RecoveryCode, KnownDevice, Breaker, PasswordReset, EmailChange,
    Invitation, Release, LetterPreference, Consent, DataExport,
    AwayDeclaration, ReadingPhoto, BankPayment, Card, Autopay, AutopayMonth, Refund, Correction, MoneyTask,
    ReconciledDay, Stray, BankReturn, Verification, VerificationFinding, StaffSeal,
    TrialRun, TrialLine, ClockDoubt, Question, QuestionMessage, QuestionFile, CannedAnswer,
    Import, ImportPiece, ImportUndo, UndoneBankPayment, PrintRun, PrintRunFile,
    AuditCheck, Statistic, StatisticMark, StatisticRun,
    CarriedReading,
]  # fmt: skip

APP_CONFIG = AppConfig(app_name="lk", migrations_folder_path=str(MIGRATIONS), table_classes=TABLES)
