"""One scorecard of the filter's judgement over all labelled sets, as users get it."""
