"""Orders along drawn curves: decoded patients, moved as little as their printed figures need."""
