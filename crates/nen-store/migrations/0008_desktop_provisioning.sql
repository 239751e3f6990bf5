-- 'warm' or 'cold'. What was created before there was a warm pool was started for its creation.
ALTER TABLE desktops ADD COLUMN provisioning TEXT NOT NULL DEFAULT 'cold';
