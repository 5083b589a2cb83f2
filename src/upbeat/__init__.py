"""Upbeat: governed orchestration for revenue teams on Salesforce."""

__version__ = "0.1.0"
