"""The camps of the demo community. Importing ``camps`` and ``english`` registers them."""
