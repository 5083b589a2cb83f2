"""What users write, and what it means: YAML ↔ definitions and policy, checks, the register, shipped playbooks."""
