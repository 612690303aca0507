"""The middlewares, one file each; `_client/pipeline.py` composes them and shows their order."""
