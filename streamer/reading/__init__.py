"""Reading one plate image."""
