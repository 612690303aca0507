"""Private spaces: their access, network, peerings and VPN connections."""
