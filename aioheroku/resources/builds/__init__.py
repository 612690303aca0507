"""From source to slug: builds, their results, slugs."""
