"""What kills commands, and looks at what they leave: the parts of crashes.py."""
