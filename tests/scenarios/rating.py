"""An agent that rates leads: what stories change where it does not matter what is changed."""

RATER = """\
agent: rater
role: Rates.
may_call: [update_record]
reads: [Lead.*]
writes: [Lead.Rating]
model: none
"""
