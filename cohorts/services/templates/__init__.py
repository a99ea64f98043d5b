"""Templates of camps: read from files, written to files, published as versions."""
