"""The program as it is started by hand: in the terminal that is its standard input."""

import fcntl
import os
import termios

from monitor.cli import main

if __name__ == "__main__":
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    main()
