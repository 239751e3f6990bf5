-- The picture of the screen after an action: the name of its file in the desktop's history, NULL when none was taken.
ALTER TABLE tool_log ADD COLUMN picture TEXT;
