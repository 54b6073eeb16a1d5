"""A real Apache Kafka for tests: KRaft nodes from KAFKA_HOME on free loopback ports."""

from __future__ import annotations

import os
import signal
import subprocess
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import uuid4

from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import KafkaException, NewTopic

from moderator.http.ports import free_port
from tests.servers import missing, wait_for_port

_START_S = 180.0


def kafka_home() -> Path:
    """The unpacked Kafka that KAFKA_HOME names; calls `missing` if there is none."""
    home = os.environ.get("KAFKA_HOME")
    if not home or not (Path(home) / "bin" / "kafka-server-start.sh").is_file():
        missing("KAFKA_HOME names no unpacked Apache Kafka 4.x")
    return Path(home)


class KafkaServer:
    """One broker that can be stopped, paused and started again on the same data and port.

    `settings` override those of server.properties, where `{port}` and `{controller}` stand for the
    ports; `scram` are `user: password` pairs. A broker that `joins` another is one more of its
    cluster, under the number `node`; the other has the cluster's only controller.
    """

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str] | None = None,
        scram: Sequence[tuple[str, str]] = (),
        joins: KafkaServer | None = None,
        node: int = 1,
    ) -> None:
        self._home = kafka_home()
        self._folder = folder / f"kafka-{uuid4().hex[:8]}"
        self._folder.mkdir()
        self.data = self._folder / "data"
        self.port = free_port()
        self.controller: int = joins.controller if joins else free_port()
        """The controller's port."""
        self.bootstrap = f"127.0.0.1:{self.port}"
        self._file = self._folder / "server.properties"
        own = f"PLAINTEXT://127.0.0.1:{self.port}"
        values = {
            "process.roles": "broker" if joins else "broker,controller",
            "node.id": str(node),
            "listeners": own if joins else f"{own},CONTROLLER://127.0.0.1:{self.controller}",
            "advertised.listeners": own,
            "controller.listener.names": "CONTROLLER",
            "controller.quorum.bootstrap.servers": f"127.0.0.1:{self.controller}",
            "log.dirs": str(self.data),
            "num.partitions": "4",
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "1",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            "group.min.session.timeout.ms": "2000",
            **{
                key: value.format(port=self.port, controller=self.controller)
                for key, value in (settings or {}).items()
            },
        }
        self._file.write_text("".join(f"{key}={value}\n" for key, value in values.items()))
        self._environment = {
            **os.environ,
            "LOG_DIR": str(self._folder),
            "KAFKA_HEAP_OPTS": "-Xmx512m -Xms128m",
        }
        users = [f"SCRAM-SHA-256=[name={user},password={password}]" for user, password in scram]
        self.cluster: str = joins.cluster if joins else _cluster_id()
        self._tool(
            "kafka-storage.sh", "format", "-t", self.cluster, "-c", str(self._file),
            "--no-initial-controllers" if joins else "--standalone",
            *(part for user in users for part in ("--add-scram", user)),
        )  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> KafkaServer:
        """Start and wait until it answers."""
        log = (self._folder / "server.log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [str(self._home / "bin" / "kafka-server-start.sh"), str(self._file)],
                stdout=log, stderr=log, env=self._environment, start_new_session=True,
            )  # fmt: skip
        try:
            wait_for_port(self.port, self._process, _START_S)
            # Listening comes before serving: the first answer says that it serves.
            AdminClient({"bootstrap.servers": self.bootstrap}).list_topics(timeout=_START_S)
        except BaseException:  # a test's time-out too: it must not outlive its test
            self.stop()
            raise
        return self

    def move(self, port: int) -> None:
        """Listen on another port, from the next start on; clients know the old one."""
        text = self._file.read_text()
        self._file.write_text(text.replace(self.bootstrap, f"127.0.0.1:{port}"))
        self.port = port
        self.bootstrap = f"127.0.0.1:{port}"

    def stop(self, number: int = signal.SIGKILL) -> None:
        """End it and all its children; does nothing if it has ended."""
        if self._process is not None:
            self._signal(signal.SIGCONT)
            self._signal(number)
            self._process.wait(timeout=60)
            self._process = None

    def pause(self) -> None:
        """Let it hang: connections stay, no answer comes."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """End a pause."""
        self._signal(signal.SIGCONT)

    def create_topics(
        self, *names: str, partitions: int = 4, replicas: int = 1, **config: str
    ) -> None:
        """Create topics, with settings of their own, and wait until they are there."""
        admin = AdminClient({"bootstrap.servers": self.bootstrap})
        for future in admin.create_topics(
            [NewTopic(name, partitions, replicas, config=config) for name in names]
        ).values():
            try:
                future.result(30)
            except KafkaException as error:
                raise RuntimeError(error.args[0].str()) from None

    def run_tool(self, name: str, *arguments: str) -> str:
        """What one of Kafka's own command-line tools prints; RuntimeError if it fails."""
        return self._tool(name, *arguments)

    def _signal(self, number: int) -> None:
        if self._process is None:
            raise RuntimeError("Kafka is not running")
        os.killpg(self._process.pid, number)

    def _tool(self, name: str, *arguments: str) -> str:
        done = subprocess.run(
            [str(self._home / "bin" / name), *arguments],
            capture_output=True, text=True, check=False, timeout=90, env=self._environment,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stdout}{done.stderr}")
        return done.stdout


def _cluster_id() -> str:
    """16 bytes in base64, as Kafka has it; the first is 0, so that no id begins with a dash."""
    return urlsafe_b64encode(b"\0" + uuid4().bytes[1:]).decode().rstrip("=")
