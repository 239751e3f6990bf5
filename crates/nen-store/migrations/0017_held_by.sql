-- Who holds the desktop: as in the tool log, the name of a key or 'human'. NULL while nobody does.
ALTER TABLE sessions ADD COLUMN held_by TEXT;
