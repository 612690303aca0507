"""The session: `Heroku`, its views, and the pipeline of middlewares."""
