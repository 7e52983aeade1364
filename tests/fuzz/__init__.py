"""Damaged files for everything that reads files; ``python -m tests.fuzz`` tries many."""
