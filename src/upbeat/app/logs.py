"""Where the log goes: standard error, one line an event, tracebacks without the values of variables."""

import sys

import structlog


def configure_logs() -> None:
    """Set up the log of this process. Variables are left out of tracebacks: they hold records, and may be huge."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
