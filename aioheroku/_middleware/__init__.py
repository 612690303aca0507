"""The middlewares, one file each; `_client/session.py` composes them and shows their order."""
