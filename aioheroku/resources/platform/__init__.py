"""What the platform offers to all: regions and stacks."""
