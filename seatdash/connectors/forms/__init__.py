"""What is typed and chosen about learning systems: `connecting` them, and `choosing` for them."""
