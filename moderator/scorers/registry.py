"""Which scorers there are: those of this package, and those that installed packages add.

A new scorer of this package is its own file or folder and one line in `SCORERS`. An installed
package adds one by an entry point of the group `moderator.scorers`, whose value is a `Loader`:

    [project.entry-points."moderator.scorers"]
    shouting = "moderator_shouting:LOADER"

Either way the scorer is named in `scorers.use`, and its settings are the table `[scorers.NAME]`.
A name of this package cannot be taken over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any, NamedTuple

from pydantic import ConfigDict, create_model

from moderator.errors import SettingsError
from moderator.labels import LABELS, Label
from moderator.scorers.base import Host, OnStage, Scorer
from moderator.settings import Compact, Detoxify, Scorers, Section

GROUP = "moderator.scorers"

Load = Callable[[Any, Host], Scorer]


class Loader(NamedTuple):
    """How a scorer is made.

    `load` gets the table `[scorers.NAME]` as an object of the class `settings`, and the host; it
    imports what is heavy only when called. It raises ModelError, LexiconError, SettingsError or
    ExtraMissingError, each naming the remedy. `labels` describes the labels that no other scorer
    gives, so that policies can name them.
    """

    load: Load
    settings: type[Section] = Section
    labels: tuple[Label, ...] = ()


def _at(place: str) -> Load:
    """A scorer's function `load`, whose module is imported when it is called."""

    def load(table: Any, host: Host) -> Scorer:
        scorer: Scorer = EntryPoint("load", place, GROUP).load()(table, host)
        return scorer

    return load


SCORERS: dict[str, Loader] = {
    "lexicon": Loader(_at("moderator.scorers.lexicon:load")),
    "compact": Loader(_at("moderator.scorers.languages:load"), Compact),
    "detoxify": Loader(_at("moderator.scorers.detoxify:load"), Detoxify),
}
"""The scorers of this package, by the name that `scorers.use` gives them."""


def find_loader(name: str) -> Loader:
    """The loader of a scorer. Raises SettingsError if there is none, or it cannot be imported."""
    if name in SCORERS:
        return SCORERS[name]
    installed = _installed()
    if name not in installed:
        raise SettingsError(
            f"no scorer is named {name!r}: there are {', '.join((*SCORERS, *sorted(installed)))}"
        )
    return _imported(installed[name])


def load_scorer(
    name: str, settings: Scorers, on_stage: OnStage | None = None, *, lazy: bool = False
) -> Scorer:
    """One scorer, its files checked; `on_stage` is called for its stages. Raises as its loader.

    With `lazy`, a part that not every text needs may be loaded when the first one does.
    """
    loader = find_loader(name)
    table = getattr(settings, name, None)
    return loader.load(
        table if isinstance(table, loader.settings) else loader.settings(),
        Host(settings, on_stage, lazy),
    )


def checked_tables(tables: Mapping[str, Any]) -> dict[str, Section]:
    """The tables `[scorers.NAME]` of registered scorers, each as its loader's settings.

    Raises pydantic.ValidationError that names table and key; a table that belongs to no scorer is
    an extra key.
    """
    known = {name for name in tables if name in SCORERS or name in _installed()}
    fields: dict[str, Any] = {name: (find_loader(name).settings, ...) for name in known}
    model = create_model("tables", __config__=ConfigDict(extra="forbid"), **fields)
    checked = model.model_validate(dict(tables))
    return {name: getattr(checked, name) for name in tables}


def known_labels() -> dict[str, Label]:
    """Every label by name: those of this package, and those that further scorers bring."""
    loaders = (*SCORERS.values(), *map(_imported, _installed().values()))
    return LABELS | {label.name: label for loader in loaders for label in loader.labels}


def _installed() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP) if point.name not in SCORERS}


def _imported(point: EntryPoint) -> Loader:
    try:
        loader = point.load()
    except Exception as error:
        package = point.dist.name if point.dist else point.value
        raise SettingsError(
            f"scorer {point.name!r} of the package {package} does not import "
            f"({type(error).__name__}: {error}): repair or remove the package"
        ) from error
    if not isinstance(loader, Loader):
        raise SettingsError(
            f"scorer {point.name!r}: {point.value} is not a moderator.scorers.registry.Loader"
        )
    return loader
