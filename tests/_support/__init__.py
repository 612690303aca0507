"""What tests of several folders share: typed fakes, the virtual loop, and the search for secrets."""
