"""Every call of the API as a function that describes it.

Each is a method of `Nen` and `AsyncNen`; those whose first parameter is `desktop_id` are methods of
a desktop as well. They are pure: arguments go in, a `Call` comes out, and nothing is sent.
"""
