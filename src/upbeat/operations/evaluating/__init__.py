"""How well talk is read: an extractor over calls that people labelled, and how good each part of it is."""
