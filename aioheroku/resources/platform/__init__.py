"""What the platform offers: regions, stacks, dyno sizes, generations."""
