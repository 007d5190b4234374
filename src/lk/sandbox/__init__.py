"""The sandbox acquirer: the YooKassa API v3 form, with a store and pages of its own and no real money."""

from lk.sandbox.app import Sandbox, create_sandbox, run_sandbox

__all__ = ["Sandbox", "create_sandbox", "run_sandbox"]
