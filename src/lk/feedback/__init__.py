"""Feedback: a question to support, with files, as a thread that both sides see."""
