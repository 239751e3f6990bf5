"""A hostile program: everything that is tried from inside a sandbox, with what has to come of it.

    attempts.py FACTS.json PLACE [TOPIC…]

FACTS says what there is to be found: paths, process ids, ports, secrets. PLACE is where this runs, a column of the table:
`host` (outside, where an attempt has to succeed, or it would prove nothing), `desktop`, `container` and `ordinary` (a desktop
of a server that is root, the same as a container, one of an ordinary user), `workflow` and `network` (a workflow without and with a network). One line of JSON for
each attempt: what it is called, what came of it, what may come of it here, and whether that is right. Without topics it
tries all but the bombs.
"""

import json
import sys

import bombs
import fatal
import files
import kernel
import network
import processes
import table

TOPICS = {topic.__name__: topic for topic in (files, processes, kernel, network, bombs, fatal)}


def main(facts, place, topics):
    for name in topics or (name for name in TOPICS if name not in ("bombs", "fatal")):
        for row in table.rows(TOPICS[name].__name__, facts, place):
            print(json.dumps(table.tried(row, facts, place)), flush=True)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        main(json.load(file), sys.argv[2], sys.argv[3:])
