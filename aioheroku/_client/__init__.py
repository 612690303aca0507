"""The session: `Heroku`, its views, and the pipeline that its calls go through."""
