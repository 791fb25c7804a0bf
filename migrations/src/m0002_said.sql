-- What a lead says of every entry of a file: the verdict that only its name tells; empty where nothing was said.
ALTER TABLE imports ADD COLUMN said TEXT NOT NULL DEFAULT '';
