"""What a process of ours sets up for itself: where its log goes, and how often it looks for garbage."""

import gc
import sys

import structlog


def configure_logs() -> None:
    """Send the log to standard error, a line an event. Tracebacks show no variables: they hold records."""
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


def collect_rarely() -> None:
    """Let the collector pass over what start-up made, and look for cycles after 100,000 new objects, not 700.

    A batch makes tens of thousands of objects that die by themselves; looking at them costs about a tenth of the time.
    """
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
