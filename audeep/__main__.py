"""Run the command line with ``python -m audeep``."""

import sys

from audeep.main import main

sys.exit(main())
