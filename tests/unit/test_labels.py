"""One table of labels, which scorers and documents follow."""

from moderator.labels import LABELS, labels_of, standard_name
from moderator.package import shipped
from moderator.scorers.compact import CompactScorer
from moderator.scorers.lexicon import LexiconScorer
from moderator.scorers.registry import SCORERS


def test_scorers_give_the_labels_that_name_them() -> None:
    assert CompactScorer.load().labels == labels_of("compact")
    assert LexiconScorer.labels == labels_of("lexicon")


def test_every_source_is_a_scorer() -> None:
    assert {source for label in LABELS.values() for source in label.sources} <= set(SCORERS)


def test_names_of_data_sets_become_labels_and_no_alias_is_ambiguous() -> None:
    assert standard_name("identity_hate") == "identity_attack"
    assert standard_name("insult") == "insult"
    assert standard_name("spam") == "spam"
    names = [name for label in LABELS.values() for name in (label.name, *label.aliases)]
    assert len(names) == len(set(names))


def test_the_policy_file_names_every_label() -> None:
    head = shipped("config/policy.toml").read_text("utf-8").split("\n\n")[0]
    assert [label for label in LABELS if label not in head] == []
