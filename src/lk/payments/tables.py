"""Payments through the acquirer, refunds, what else moves money, and what a person has to look at."""

from piccolo.columns import BigInt, BigSerial, Boolean, Date, ForeignKey, Integer, Text, Timestamptz
from piccolo.table import Table

from lk.accounts.tables import Account
from lk.cards.tables import Card
from lk.identity.tables import Agent, User


class Payment(Table, tablename="payments"):
    """An intent to take money, committed before the acquirer is called.

    `key` is the idempotence key and the acquirer's `metadata.intent_id`; `body` the frozen request.
    `status` created|pending|unknown|succeeded|canceled, only ever forward. `part` principal|penalty: what it is for.
    `card_id`: the linked card that is charged;
    `saves_card`: the one typed on the acquirer's page becomes linked. `way` card|sbp. `period` and `attempt` are
    autopay's; `send_until`: from then on its request is never sent, or sent again.
    """

    id = BigSerial(primary_key=True)
    public_id = Text()
    account_id = ForeignKey(Account)
    user_id = ForeignKey(User, null=True)
    key = Text()
    kind = Text()
    part = Text(default="principal")
    amount_kopecks = BigInt()
    status = Text()
    reason = Text(default="")
    acquirer_id = Text(null=True, default=None)
    confirmation_url = Text(null=True, default=None)
    card = Text(default="")
    card_id = ForeignKey(Card, null=True, default=None)
    saves_card = Boolean(default=False)
    way = Text(default="card")
    period = Integer(null=True, default=None)
    attempt = Integer(null=True, default=None)
    send_until = Timestamptz(null=True, default=None)
    body = Text()
    created_at = Timestamptz(default=None)
    asked_at = Timestamptz(null=True, default=None)
    finished_at = Timestamptz(null=True, default=None)


class AcquirerEvent(Table, tablename="acquirer_events"):
    """One (event, object) of the acquirer; a repeat finds its row and does nothing."""

    id = BigSerial(primary_key=True)
    event = Text()
    object_id = Text()
    received_at = Timestamptz(default=None)


class BankPayment(Table, tablename="bank_payments"):
    """A row of a bank's registry; without `account_id` it waits for a person to find out whose it is.

    `returned_at`: it went back to its sender, and never reaches an account. `import_id`: the import that brought it in
    the browser; `times_undone`: how often one of this `external_id` was taken back before it. `part`: what it is for;
    `penalty_kopecks`: what it paid of the penalty once it reached its account, the rest is principal.
    """

    id = BigSerial(primary_key=True)
    external_id = Text()
    account_number = Text()
    account_id = ForeignKey(Account, null=True)
    paid_on = Date(default=None)
    amount_kopecks = BigInt()
    part = Text(default="principal")
    penalty_kopecks = BigInt(default=0)
    channel = Text()
    loaded_at = Timestamptz(default=None)
    assigned_by = ForeignKey(Agent, null=True)
    assigned_at = Timestamptz(null=True, default=None)
    returned_at = Timestamptz(null=True, default=None)
    import_id = BigInt(null=True, default=None)
    times_undone = Integer(default=0)


class UndoneBankPayment(Table, tablename="undone_bank_payments"):
    """A row of a bank's registry that was loaded by mistake. `entry_key`: its entry in the ledger, where it had one;
    that of what it paid of the penalty begins with `bank-penalty` instead of `bank`.

    `undo_id`: of the `ImportUndo` that took it back. The bank may send its `external_id` again.
    """

    id = BigSerial(primary_key=True)
    undo_id = BigInt()
    external_id = Text()
    account_number = Text()
    account_id = ForeignKey(Account, null=True)
    paid_on = Date(default=None)
    amount_kopecks = BigInt()
    penalty_kopecks = BigInt(default=0)
    channel = Text()
    loaded_at = Timestamptz(default=None)
    entry_key = Text(null=True, default=None)
    undone_at = Timestamptz(default=None)


class BankReturn(Table, tablename="bank_returns"):
    """A payment of a bank on its way back to its sender. `status` waiting (for a second person)|returned|refused.

    `words`: the bank's reference and the first agent's why, `reason`: why the second one refused.
    """

    id = BigSerial(primary_key=True)
    public_id = Text()
    bank_payment_id = ForeignKey(BankPayment)
    amount_kopecks = BigInt()
    words = Text()
    status = Text()
    reason = Text(default="")
    asked_by = ForeignKey(Agent)
    created_at = Timestamptz(default=None)
    decided_by = ForeignKey(Agent, null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)


class Refund(Table, tablename="refunds"):
    """Money of a payment on its way back to the card.

    `status` waiting (for a second person)|created|pending|unknown|succeeded|canceled|refused. `words`: the agent's why,
    `reason`: the acquirer's code of a canceled one, the second agent's words about a refused one.
    """

    id = BigSerial(primary_key=True)
    public_id = Text()
    payment_id = ForeignKey(Payment)
    account_id = ForeignKey(Account)
    key = Text()
    amount_kopecks = BigInt()
    words = Text()
    status = Text()
    reason = Text(default="")
    body = Text()
    acquirer_id = Text(null=True, default=None)
    asked_by = ForeignKey(Agent)
    created_at = Timestamptz(default=None)
    decided_by = ForeignKey(Agent, null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    asked_at = Timestamptz(null=True, default=None)
    finished_at = Timestamptz(null=True, default=None)


class Correction(Table, tablename="corrections"):
    """An entry that an operator makes by hand. `kind` correction|payout (a credit paid out by bank).

    `amount_kopecks` is signed as the customer sees it: positive makes them owe more. `status` waiting|posted|refused.
    `words`: the first agent's why, `reason`: why the second one refused.
    """

    id = BigSerial(primary_key=True)
    public_id = Text()
    account_id = ForeignKey(Account)
    kind = Text()
    part = Text()
    amount_kopecks = BigInt()
    words = Text()
    status = Text()
    reason = Text(default="")
    asked_by = ForeignKey(Agent)
    created_at = Timestamptz(default=None)
    decided_by = ForeignKey(Agent, null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)


class MoneyTask(Table, tablename="money_tasks"):
    """What only a person can settle: one row for each `subject` of a `kind`; `words`: how it was settled."""

    id = BigSerial(primary_key=True)
    kind = Text()
    subject = Text()
    account_id = ForeignKey(Account, null=True, default=None)
    payment_id = ForeignKey(Payment, null=True, default=None)
    params = Text(default="{}")
    opened_at = Timestamptz(default=None)
    closed_at = Timestamptz(null=True, default=None)
    closed_by = ForeignKey(Agent, null=True, default=None)
    words = Text(default="")


class Stray(Table, tablename="strays"):
    """What was decided about money that the acquirer took and the ledger does not hold. `kind` booking|return.

    `acquirer_payment_id` is the acquirer's payment, of which one decision at most is live; `acquirer_id`, `key` and
    `body` are those of the refund that gives it back. `account_id` None: nobody's, it can only go back.
    `status` waiting (for a second person)|created|pending|unknown|succeeded|canceled|refused. `words` and `reason` as
    of a refund.
    """

    id = BigSerial(primary_key=True)
    public_id = Text()
    task_id = ForeignKey(MoneyTask)
    kind = Text()
    acquirer_payment_id = Text()
    account_id = ForeignKey(Account, null=True, default=None)
    key = Text()
    amount_kopecks = BigInt()
    card = Text(default="")
    words = Text()
    status = Text()
    reason = Text(default="")
    body = Text(default="")
    acquirer_id = Text(null=True, default=None)
    asked_by = ForeignKey(Agent)
    created_at = Timestamptz(default=None)
    decided_by = ForeignKey(Agent, null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    asked_at = Timestamptz(null=True, default=None)
    finished_at = Timestamptz(null=True, default=None)


class ReconciledDay(Table, tablename="reconciled_days"):
    """A day of the acquirer that was compared with the ledger."""

    id = BigSerial(primary_key=True)
    day = Date(default=None)
    payments = Integer()
    taken_kopecks = BigInt()
    refunded_kopecks = BigInt()
    differences = Integer()
    done_at = Timestamptz(default=None)
