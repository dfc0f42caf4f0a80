"""`python -m app.cli`: the command without its script."""

import sys

from app.cli.main import main

sys.exit(main())
