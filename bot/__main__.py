"""`python -m bot` is `sauklys`."""

from bot.cli import main

main()
