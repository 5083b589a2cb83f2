"""What follows when routing gave a record to somebody, until they touch it: `routing.promised` says what, this does it.

`giving` opens a promise where an owner was written, `ticking` does what is due, `moving` puts a record on the line to
somebody else, `touches` reads the org, `taking` tells the gate who works on a record, `telling` writes to people.
"""
