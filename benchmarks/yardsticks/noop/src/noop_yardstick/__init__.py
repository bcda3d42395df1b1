"""A console script that does nothing."""


def main() -> None:
    pass
