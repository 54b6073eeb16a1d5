"""What every long-running process needs: its log, an orderly end, supervision of several."""
