"""A piece in time: progressions, voice leading, and their arrangement for instruments."""
