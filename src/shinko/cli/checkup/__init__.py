"""What `shinko doctor` looks at: packages, places, and whether what is installed works."""
