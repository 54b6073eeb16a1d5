"""The worker's HTTP port: metrics, health and the dashboard page."""
