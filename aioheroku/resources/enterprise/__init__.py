"""Enterprise accounts: their members, usage and audit trail."""
