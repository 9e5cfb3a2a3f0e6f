"""How an audit is held: what it looks at, what it counts, what it found, and whether that passes."""
