#!/bin/sh
# Print the targets of a Makefile with the sentence after their "##".
sed -n 's/^\([a-z]*\):.*## \(.*\)$/\1|\2/p' "$1" | while IFS='|' read -r target sentence; do
    printf '  make %-9s %s\n' "$target" "$sentence"
done
