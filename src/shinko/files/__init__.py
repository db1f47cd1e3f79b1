"""One way to read a song from any format, one way to write a piece in all of them."""
