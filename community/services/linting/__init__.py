"""What is wrong with a text before it is sent to many: pure functions and a table of rules."""
