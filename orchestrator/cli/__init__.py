"""The command line: parse, call a run, print, exit. Nothing is decided here."""

from orchestrator.cli.application import main

__all__ = ["main"]
