"""A threshold with another value: on which records the condition would then hold, and the new value published.

Both conditions are asked about the same records, as they are now, so what differs differs by the value alone.
"""
