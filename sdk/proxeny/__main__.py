"""`python -m proxeny`, where the console script is not on the path."""

import sys

from proxeny.cli import main

sys.exit(main())
