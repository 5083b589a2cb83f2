"""`python -m upbeat`: the same as `upbeat`."""

from upbeat.cli import main

main()
