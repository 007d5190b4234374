"""lk, the online customer cabinet of an electricity retailer."""
