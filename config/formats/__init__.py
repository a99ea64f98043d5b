"""How dates are written where Django's own way is not how people write: one folder a language."""
