"""Showings: video, the customer's screen and files beside a talk with a browser customer."""
