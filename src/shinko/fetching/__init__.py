"""Downloads: every answer is bounded in time, size and hosts, every file held to its checksum."""
