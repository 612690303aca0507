"""The session: `Heroku`, its views and its pipeline."""
