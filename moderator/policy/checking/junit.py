"""Outcomes of cases as JUnit XML, which every CI shows."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from moderator.policy.checking.cases import CaseOutcome


def junit(outcomes: Sequence[CaseOutcome], seconds: float) -> bytes:
    """One suite a file, one case an outcome; the message says what failed and why."""
    failed = str(sum(bool(outcome.faults) for outcome in outcomes))
    root = Element("testsuites", tests=str(len(outcomes)), failures=failed, time=f"{seconds:.3f}")
    suites: dict[str, Element] = {}
    for outcome in outcomes:
        file = outcome.where.rpartition(": case ")[0]
        if file not in suites:
            own = [other for other in outcomes if other.where.startswith(f"{file}: case ")]
            suites[file] = SubElement(
                root, "testsuite", name=file, tests=str(len(own)),
                failures=str(sum(bool(other.faults) for other in own)),
            )  # fmt: skip
        case = SubElement(suites[file], "testcase", name=_sound(outcome.name), classname=file)
        if outcome.faults:
            failure = SubElement(case, "failure", message=_sound("; ".join(outcome.faults)))
            reasons = ", ".join(outcome.reasons) or "no reasons"
            failure.text = _sound(
                f"{outcome.text}\n\npolicy {outcome.policy}: {outcome.action} ({reasons})"
            )
    written: bytes = tostring(root, "utf-8", xml_declaration=True)
    return written


def _sound(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(c if c in "\t\n" or c.isprintable() else "\ufffd" for c in text)
