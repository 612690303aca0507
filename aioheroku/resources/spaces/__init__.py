"""Private Spaces: their access, network, peerings and VPN connections."""
