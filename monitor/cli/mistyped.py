"""Commands and options that there aren't: the complaint says which was meant."""

from typing import Any

from typer import Context
from typer._click.exceptions import (  # typer has click within it, and shows these nowhere else
    NoSuchOption,
    UsageError,
)
from typer.core import TyperCommand, TyperGroup

from monitor.cli.feeds import unknown


class Command(TyperCommand):
    """A command that knows its options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments. Raises UsageError."""
        try:
            return super().parse_args(ctx, args)
        except NoSuchOption as error:
            raise UsageError(unknown("option", error.option_name, _options(self, ctx)), ctx) from None


class Group(TyperGroup):
    """Commands that know each other, and options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments up to the command. Raises UsageError."""
        if not (args or self.invoke_without_command or ctx.resilient_parsing):
            raise UsageError(f"which command? There are: {', '.join(sorted(self.list_commands(ctx)))}", ctx)
        try:
            return super().parse_args(ctx, args)
        except NoSuchOption as error:
            raise UsageError(unknown("option", error.option_name, _options(self, ctx)), ctx) from None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the first argument names. Raises UsageError."""
        unasked = ctx.resilient_parsing or args[0].startswith("-")
        if not unasked and self.get_command(ctx, args[0]) is None:
            raise UsageError(unknown("command", args[0], self.list_commands(ctx)), ctx)
        return super().resolve_command(ctx, args)


def _options(command: TyperCommand | TyperGroup, context: Context) -> list[str]:
    return [name for option in command.get_params(context) for name in option.opts if name.startswith("--")]
