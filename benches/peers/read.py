"""read.py rispy|nbib FILE: reads a file with a Python package and prints `records seconds peak_kib`."""

import resource
import sys
import time

package, path = sys.argv[1:]
with open(path, encoding="utf-8", newline=None) as file:
    text = file.read()
if package == "rispy":
    import rispy

    read = lambda: rispy.loads(text, skip_unknown_tags=False)
else:
    import nbib

    read = lambda: nbib.read(text)
begun = time.process_time()
records = read()
spent = time.process_time() - begun
print(len(records), spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
