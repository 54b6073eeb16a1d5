"""Findings of `moderator doctor`: a check, its status, and what to do."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Status(StrEnum):
    """`warn` works, but not for long or not well; `fail` does not work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Check(msgspec.Struct, frozen=True):
    """One finding. `remedy` says what to do; empty if all is well. Holds no secrets."""

    check: str
    status: Status
    detail: str
    remedy: str = ""


def ok(check: str, detail: str) -> Check:
    """All is well."""
    return Check(check, Status.OK, detail)


def warn(check: str, detail: str, remedy: str) -> Check:
    """It works, but should be fixed."""
    return Check(check, Status.WARN, detail, remedy)


def fail(check: str, detail: str, remedy: str) -> Check:
    """It does not work."""
    return Check(check, Status.FAIL, detail, remedy)
