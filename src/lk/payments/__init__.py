"""Paying by card through the acquirer, and never twice."""
