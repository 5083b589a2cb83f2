"""Clients of Salesforce that other people wrote, run against the local org: `make conformance`."""
