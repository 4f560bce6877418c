"""Deliveries in: land, screen, tokenise, load."""
