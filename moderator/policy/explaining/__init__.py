"""Why a decision came about: rules that fired or nearly did, words, a statement of reasons."""
