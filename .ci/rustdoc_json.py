"""Writes and reads the JSON of rustdoc, for the checks of the public API."""

import json
import os
import stat
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def metadata():
    """What Cargo says about the package and its target directory."""
    command = ["cargo", "metadata", "--format-version", "1", "--no-deps"]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)


def package():
    return next(package for package in metadata()["packages"] if package["name"] == "sequence-auth")


def rustdoc_json(*features):
    """The path of the JSON for the features, which are options of Cargo. The next call overwrites the file."""
    with tempfile.TemporaryDirectory() as folder:
        # A stable rustdoc writes JSON only where it is told that this is an experiment.
        rustdoc = Path(folder, "rustdoc")
        rustdoc.write_text('#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec rustdoc "$@"\n')
        rustdoc.chmod(rustdoc.stat().st_mode | stat.S_IXUSR)
        # Cargo would take the file of other features for this one, if it had written this one before.
        unique = f"run_{uuid.uuid4().hex}"
        documented = subprocess.run(
            ["cargo", "rustdoc", "--quiet", "--lib", *features, "-p", "sequence-auth", "--", "--cfg", unique,
             "-Z", "unstable-options", "--output-format", "json"],
            cwd=ROOT, env=os.environ | {"RUSTDOC": str(rustdoc)},
        )
    if documented.returncode:
        sys.exit("rustdoc failed" + (f" with {' '.join(features)}" if features else ""))
    return Path(metadata()["target_directory"], "doc", "sequence_auth.json")
