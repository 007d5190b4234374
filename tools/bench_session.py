"""`bench_session.py [LOGIN]`: prints `cookie path`, a session of that user, the demo's resident without a login."""

from __future__ import annotations

import sys

from lk import db
from lk.accounts.queries import accounts_of
from lk.demo.signs import RESIDENT
from lk.identity.actions import begin_session
from lk.identity.queries import user_by_login


async def main() -> None:
    user = await user_by_login(sys.argv[1] if len(sys.argv) > 1 else RESIDENT.login)
    if user is None:
        raise SystemExit("nobody signs in by this login")
    async with db.write():
        token = await begin_session(user.id, address="127.0.0.1", device="bench")
    account = (await accounts_of(user.id))[0]
    print(f"lk_session={token} /accounts/{account.public_id}")


db.run(main())
