"""`python -m ctxload` is `ctxload`."""

from .start import main

if __name__ == "__main__":
    main()
