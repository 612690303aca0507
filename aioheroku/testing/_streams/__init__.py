"""What is not a JSON call: log sessions, output of builds and releases, blobs, one-off dynos that are attached to."""
