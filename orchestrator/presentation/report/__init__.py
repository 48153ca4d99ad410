"""The report: one page to sign. ``report_of_plan`` and ``report_of_review`` say what stands on it, ``report_html`` draws it."""

from orchestrator.presentation.report.background import Background
from orchestrator.presentation.report.html import report_html
from orchestrator.presentation.report.making import report_of_plan, report_of_review
from orchestrator.presentation.report.model import Report

__all__ = ["Background", "Report", "report_html", "report_of_plan", "report_of_review"]
