"""The client runner: recipes that a vendor cannot hold, done by us some minutes later (docs/client-runner.md)."""
