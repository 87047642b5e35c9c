"""`python -m tools.bootstrap.npm WORDS`: npm for the pages, with the Node that we found."""

import os
import subprocess
import sys

from tools.bootstrap.machine import npm


def main() -> int:
    """Run npm in web/ and hand its exit code on."""
    command, env = npm(*sys.argv[1:])
    return subprocess.run(command, env={**os.environ, **env}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
