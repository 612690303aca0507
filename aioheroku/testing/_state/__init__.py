"""What the simulated platform knows: accounts, organizations, apps and their contents, time."""
