"""The acquirer: one client of its API (YooKassa API v3 form), and what its answers mean."""
