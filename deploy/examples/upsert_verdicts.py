"""A consumer of verdicts that may see any of them twice and notices no difference.

    python -m deploy.examples.upsert_verdicts verdicts.sqlite --bootstrap localhost:9092

Verdicts arrive at least once. A verdict is upserted by its comment's id, and what depends on it (to
hide the comment, to notify its author) is done only if the row changed. Offsets are committed
after the database is, so a crash between the two repeats some verdicts and loses none. Needs
nothing of moderator's: a verdict is JSON, see deploy/schemas/.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from confluent_kafka import Consumer, KafkaException

_SCHEMA = """
CREATE TABLE IF NOT EXISTS verdicts (
    id TEXT PRIMARY KEY, action TEXT NOT NULL, policy TEXT NOT NULL, reasons TEXT NOT NULL
)
"""

# When it was judged, how long it took and whether the scores were cached may differ between two
# deliveries; what was decided, by which policy and why, may not.
_UPSERT = """
INSERT INTO verdicts (id, action, policy, reasons) VALUES (:id, :action, :policy, :reasons)
ON CONFLICT (id) DO UPDATE SET
    action = excluded.action, policy = excluded.policy, reasons = excluded.reasons
WHERE (action, policy, reasons) <> (excluded.action, excluded.policy, excluded.reasons)
"""

Act = Callable[[str, str], None]
"""Called with id and action if a verdict is new or differs from the one before."""


def upsert(database: sqlite3.Connection, verdicts: Iterable[bytes], act: Act) -> int:
    """Take verdicts in order, in one transaction; how many changed anything."""
    changed: list[tuple[str, str]] = []
    with database:
        database.execute(_SCHEMA)
        for value in verdicts:
            row = _row(json.loads(value))
            if database.execute(_UPSERT, row).rowcount:
                changed.append((row["id"], row["action"]))
    # After the commit: an act that is done twice does less harm than one that is never done.
    for comment_id, action in changed:
        act(comment_id, action)
    return len(changed)


def _row(verdict: dict[str, Any]) -> dict[str, str]:
    policy = verdict["policy"]
    return {
        "id": verdict["id"],
        "action": verdict["action"],
        "policy": f"{policy['name']} {policy['version']}",
        "reasons": json.dumps(verdict["reasons"], sort_keys=True),
    }


def consume(consumer: Consumer, database: sqlite3.Connection, act: Act, *, idle_s: float) -> int:
    """Take batches until none has come for `idle_s`; how many verdicts changed anything."""
    changed = 0
    while messages := consumer.consume(500, timeout=idle_s):
        for message in messages:
            if error := message.error():
                raise KafkaException(error)
        changed += upsert(database, (message.value() or b"{}" for message in messages), act)
        consumer.commit(asynchronous=False)
    return changed


def main() -> None:
    """Consume for ever."""
    parser = argparse.ArgumentParser(description="Keep the verdicts in SQLite, one row a comment.")
    parser.add_argument("database")
    parser.add_argument("--bootstrap", default="localhost:9092")
    parser.add_argument("--topic", default="verdicts")
    parser.add_argument("--group", default="upsert-verdicts")
    given = parser.parse_args()
    consumer = Consumer(
        {
            "bootstrap.servers": given.bootstrap,
            "group.id": given.group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
        }
    )
    consumer.subscribe([given.topic])
    try:
        with sqlite3.connect(given.database) as database:
            while True:
                consume(consumer, database, print, idle_s=1.0)
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()


if __name__ == "__main__":
    main()
