"""The sandbox acquirer over real HTTP, as a shop and a payer meet it."""
