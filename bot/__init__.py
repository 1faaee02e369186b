"""The conversation, and the program."""
