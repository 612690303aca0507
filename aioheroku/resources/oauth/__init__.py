"""OAuth: authorizations, clients, tokens."""
