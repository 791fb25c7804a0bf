-- What a lead says of every entry of a file may be said, changed and taken back after the import: which rows it made, and which of all stand.
ALTER TABLE elsewhere ADD COLUMN said BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE elsewhere ADD COLUMN live BOOLEAN NOT NULL DEFAULT TRUE;
-- Nobody's verdict that is the one said of its file was said; the file's own words beside it stay in that row.
UPDATE elsewhere SET said = TRUE WHERE name = '' AND verdict <> '' AND verdict = (SELECT i.said FROM imports i WHERE i.id = elsewhere.import_id);
