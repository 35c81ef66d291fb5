"""The only composition root. Opens the edges that are needed, closes them in reverse.

settings   configuration -> Settings, with its rules tried
running    Settings -> App, the running program, in which a reload swaps them
once       Settings -> what is due is done
building   Settings -> all that works by them
changes    what new settings change of the old
ask        what commands ask of the store
change     what commands change in the store
upkeep     what commands do with the database as a whole
past       what commands ask of decisions, held against what is stored
outside    what commands ask of sites, feeds and channels

They are imported one by one: a command pays for the edges that it uses, not for all of them.
"""

import sys
from types import ModuleType

# httpx is imported further on. It does without its command line, which takes longer to import than all the rest of it.
sys.modules.setdefault("httpx._main", ModuleType("httpx._main"))
