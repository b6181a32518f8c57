"""The file that a phone hands over: what is in it (file.py), and reading it (reader.py)."""
