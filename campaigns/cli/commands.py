"""Every command of `flask --app wsgi`."""

import importlib
import importlib.util

import click
from flask import Flask
from flask_migrate import Migrate

from campaigns.config import ROOT
from campaigns.kit import db

COMMANDS = (
    "worker",
    "check",
    "backup",
    "restore",
    "create_admin",
    "imports",
    "statement",
    "demo",
    "rotate_keys",
    "rights",
    "platform_fee",
)


def register(app: Flask) -> None:
    """Give the app its commands, and its migrations under `db`."""
    Migrate(app, db.sql, directory=str(ROOT / "campaigns" / "migrations"))
    for name in COMMANDS:
        if importlib.util.find_spec(f"campaigns.cli.{name}") is None:
            continue
        for command in vars(importlib.import_module(f"campaigns.cli.{name}")).values():
            if isinstance(command, click.Command):
                app.cli.add_command(command)
