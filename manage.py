#!/usr/bin/env python3
"""The one door to seatdash. README, "Commands", lists what it does.

Old Pythons must be able to read this file, to say that they are too old: no annotations here.
"""

import os
import sys

if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036
        here = ".".join(str(part) for part in sys.version_info[:2])
        sys.stderr.write("seatdash needs Python 3.11 or newer; this is " + here + ".\n")
        sys.exit(1)

    from seatdash.bootstrap import enter_environment

    enter_environment(os.path.abspath(__file__), sys.argv[1:])  # noqa: PTH100

    from seatdash.command_line import main

    sys.exit(main(sys.argv[1:]))
