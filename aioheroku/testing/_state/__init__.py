"""The state of the simulated platform: accounts, organizations, apps and their contents, time."""
