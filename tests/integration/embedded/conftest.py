"""Parts of unit tests that these need too; what sets these apart is a broker in the process."""

from tests.unit.api.conftest import make_client
from tests.unit.cli.conftest import run
from tests.unit.conftest import clock, make_pipeline, metrics, policies

__all__ = ["clock", "make_client", "make_pipeline", "metrics", "policies", "run"]
