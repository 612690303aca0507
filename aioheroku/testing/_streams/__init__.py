"""Everything but JSON calls: log sessions, output of builds and releases, blobs, attached one-off dynos."""
