"""Prints `cookie path`: a session of the demo's resident and the path of their first account."""

from __future__ import annotations

from lk import db
from lk.accounts.queries import accounts_of
from lk.demo.signs import RESIDENT
from lk.identity.actions import begin_session
from lk.identity.queries import user_by_login


async def main() -> None:
    user = await user_by_login(RESIDENT.login)
    if user is None:
        raise SystemExit("the demo town has no resident")
    async with db.write():
        token = await begin_session(user.id, address="127.0.0.1", device="bench")
    account = (await accounts_of(user.id))[0]
    print(f"lk_session={token} /accounts/{account.public_id}")


db.run(main())
