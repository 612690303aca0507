"""What a simulated fleet is generated from."""
