"""What allauth asks of us: who is let in, in which words, with which mail, by which provider."""
