"""Lets the tests of this folder share the words that they are written with."""

import sys
from pathlib import Path

# Tests are imported without packages; this lets those of this folder share modules.
sys.path.insert(0, str(Path(__file__).parent))
