"""The bench of overload: its HTTP/2, and that a whole measurement can be made."""

import json
import subprocess
import sys

import pytest

from bench.overload.http2 import Connection, fields, frame
