"""Heroku CI: test runs, their nodes and cases."""
