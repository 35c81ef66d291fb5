"""`completion`: what a shell needs to complete commands, options and names."""

from typing import Annotated, Literal

import typer

from monitor.cli import output
from monitor.cli.ending import GOOD

Shell = Literal["bash", "zsh", "fish"]
Which = Annotated[Shell, typer.Argument(help="The shell.")]

# The variable that asks the program, as typer derives it from its name, what may come next.
VARIABLE = "_NEWS_MONITOR_COMPLETE"
# bash quotes names with spaces only when they might be those of files.
_QUOTE_SPACES = '    [[ "${COMPREPLY[*]}" == *" "* ]] && compopt -o filenames 2> /dev/null\n    return 0'
# zsh loads a file of its path as the body of the function that is to answer the first TAB, too.
_ANSWER_AT_ONCE = (
    '\nif [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n  _news_monitor_completion "$@"\nfi'
)


def completion(shell: Which) -> int:
    """Print what a shell completes commands and names by.

    A package puts it in its place; else: bash: eval "$(news-monitor completion bash)" in ~/.bashrc; zsh: the same with zsh in
    ~/.zshrc, after compinit; fish: news-monitor completion fish > ~/.config/fish/completions/news-monitor.fish. Names of rules,
    channels, feeds and tags are those of the configuration that the command line, or $NEWS_MONITOR_CONFIG, names.

    Example: news-monitor completion bash
    """
    for line in script(shell).splitlines():
        output.say(line)
    return GOOD


def script(shell: Shell) -> str:
    """Return the script for a shell."""
    from typer._completion_shared import get_completion_script

    made = get_completion_script(prog_name="news-monitor", complete_var=VARIABLE, shell=shell)
    if shell == "bash":
        made = made.replace("    return 0", _QUOTE_SPACES)
    return made + (_ANSWER_AT_ONCE if shell == "zsh" else "") + "\n"
