"""Outcomes of cases as JUnit XML, which every CI shows."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from moderator.policy.checking.cases import CaseOutcome


def junit(outcomes: Sequence[CaseOutcome], seconds: float) -> bytes:
    """One suite a file, one case an outcome; the message says what failed and why."""
    failed = str(sum(bool(one.faults) for one in outcomes))
    root = Element("testsuites", tests=str(len(outcomes)), failures=failed, time=f"{seconds:.3f}")
    suites: dict[str, Element] = {}
    for one in outcomes:
        file = one.where.rpartition(": case ")[0]
        if file not in suites:
            own = [other for other in outcomes if other.where.startswith(f"{file}: case ")]
            suites[file] = SubElement(
                root, "testsuite", name=file, tests=str(len(own)),
                failures=str(sum(bool(other.faults) for other in own)),
            )  # fmt: skip
        case = SubElement(suites[file], "testcase", name=_sound(one.name), classname=file)
        if one.faults:
            failure = SubElement(case, "failure", message=_sound("; ".join(one.faults)))
            reasons = ", ".join(one.reasons) or "no reasons"
            failure.text = _sound(f"{one.text}\n\npolicy {one.policy}: {one.action} ({reasons})")
    written: bytes = tostring(root, "utf-8", xml_declaration=True)
    return written


def _sound(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(c if c in "\t\n" or c.isprintable() else "\ufffd" for c in text)
