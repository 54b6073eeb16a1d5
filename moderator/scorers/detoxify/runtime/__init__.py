"""Runs a Detoxify model on onnxruntime or torch."""
