"""`python -m cstoolkit` is `cstoolkit`."""

from .cli import run

if __name__ == "__main__":
    run()
