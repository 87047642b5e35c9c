"""The composition root: settings, adapters, runtime and features become one program."""
