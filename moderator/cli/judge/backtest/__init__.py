"""`moderator backtest`: the command, its tables, and its report as CSV and HTML."""
