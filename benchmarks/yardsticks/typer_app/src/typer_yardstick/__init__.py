"""A typer app with six commands, each of which prints one line."""

import typer

app = typer.Typer()


@app.command()
def one(name: str = "x") -> None:
    print(name)


@app.command()
def two(count: int = 1) -> None:
    print(count)


@app.command()
def three(flag: bool = False) -> None:
    print(flag)


@app.command()
def four(name: str = "x") -> None:
    print(name)


@app.command()
def five(name: str = "x") -> None:
    print(name)


@app.command()
def six(name: str = "x") -> None:
    print(name)


def main() -> None:
    app()
