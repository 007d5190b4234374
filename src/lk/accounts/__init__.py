"""The customer's account (лицевой счёт), its premises, and who has access to it."""
