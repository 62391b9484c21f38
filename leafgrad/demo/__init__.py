"""`python -m leafgrad.demo`: train a small network on real images and show how it went."""
