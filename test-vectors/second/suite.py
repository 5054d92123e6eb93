"""The suite of this run (spec 01 §1): 1, or what the environment variable SUITE says."""

import os

NUMBER = int(os.environ.get("SUITE", "1"))
