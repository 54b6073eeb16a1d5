"""Converts a Detoxify checkpoint to ONNX."""
