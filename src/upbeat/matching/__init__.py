"""When two records speak of the same company, or of the same person: pure, and told field by field."""
