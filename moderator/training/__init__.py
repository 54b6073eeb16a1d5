"""How the bundled model is trained; nothing else imports this."""
