"""Grafana's dashboards as Python: their queries can only name metrics that exist."""
