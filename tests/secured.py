"""A real Kafka with TLS, SASL and an authorizer, beside a plain listener whose users may all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from moderator.http.ports import free_port
from tests.certificates import Certificates, make_certificates
from tests.kafka import KafkaServer

USER = "moderator"
PASSWORD = "hush-hush-9173"

_SASL = "org.apache.kafka.common.security"


@dataclass(frozen=True)
class Secured:
    """Where it listens: plainly, over TLS, and over TLS with SASL."""

    server: KafkaServer
    plain: str
    tls: str
    sasl: str
    certificates: Certificates

    def variables(
        self, mechanism: str, *, user: str = USER, password: str = PASSWORD
    ) -> dict[str, str]:
        """The settings of a client that gives user and password over TLS."""
        return {
            "KAFKA__BOOTSTRAP_SERVERS": self.sasl,
            "KAFKA__SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA__SASL_MECHANISM": mechanism,
            "KAFKA__SASL_USERNAME": user,
            "KAFKA__SASL_PASSWORD": password,
            "KAFKA__SSL_CAFILE": str(self.certificates.ca),
        }

    def allow(self, kind: ResourceType, name: str, *operations: AclOperation) -> None:
        """Grant the user these operations on a topic or group, and nothing else."""
        admin = AdminClient({"bootstrap.servers": self.plain})
        bindings = [
            AclBinding(
                kind, name, ResourcePatternType.LITERAL, f"User:{USER}", "*", operation,
                AclPermissionType.ALLOW,
            )
            for operation in operations
        ]  # fmt: skip
        for future in admin.create_acls(bindings, request_timeout=30).values():
            future.result(30)


def start_secured(folder: Path) -> Secured:
    """Start it; the caller stops `server`."""
    certificates = make_certificates(folder)
    tls, sasl = free_port(), free_port()
    plain_users = f'{_SASL}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'
    server = KafkaServer(
        folder,
        {
            "listeners": "PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller},"
            f"TLS://localhost:{tls},LOGIN://localhost:{sasl}",
            "advertised.listeners": "PLAINTEXT://127.0.0.1:{port},"
            f"TLS://localhost:{tls},LOGIN://localhost:{sasl}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,"
            "TLS:SSL,LOGIN:SASL_SSL",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(certificates.server),
            "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256",
            "listener.name.login.plain.sasl.jaas.config": plain_users,
            "listener.name.login.scram-sha-256.sasl.jaas.config": (
                f"{_SASL}.scram.ScramLoginModule required;"
            ),
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS",
        },
        scram=[(USER, PASSWORD)],
    ).start()
    return Secured(server, server.bootstrap, f"localhost:{tls}", f"localhost:{sasl}", certificates)
