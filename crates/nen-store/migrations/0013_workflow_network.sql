-- 'internet' or 'none'. What was published before workflows could declare a network declared none.
ALTER TABLE workflow_versions ADD COLUMN network TEXT NOT NULL DEFAULT 'none';
