-- The first schema. {uuid}, {seq} and {float} become each database's own words; statements end with ";\n".
-- Times are milliseconds since 1970 UTC. JSON is text. Truth: records, links, elsewhere, attributions, decisions, resolutions, reports, audit.
-- Derived (a rebuild gives the same): citations' merged fields, records.citation_id, citation_stages.

CREATE TABLE users (
  id {uuid} PRIMARY KEY, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password_hash TEXT NOT NULL,
  is_admin BOOLEAN NOT NULL, locale TEXT NOT NULL, theme TEXT NOT NULL, keymap TEXT NOT NULL,
  created_at BIGINT NOT NULL, disabled_at BIGINT, last_seen_at BIGINT
);
CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY, user_id {uuid} NOT NULL REFERENCES users(id), csrf TEXT NOT NULL,
  created_at BIGINT NOT NULL, last_seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions(user_id);
CREATE TABLE reviews (
  id {uuid} PRIMARY KEY, title TEXT NOT NULL, question TEXT NOT NULL, protocol_doi TEXT, p_label TEXT NOT NULL,
  notice TEXT, is_demo BOOLEAN NOT NULL, dedup_level TEXT NOT NULL, previous_studies BIGINT, previous_reports BIGINT,
  next_number BIGINT NOT NULL, created_by {uuid} NOT NULL REFERENCES users(id), created_at BIGINT NOT NULL
);
CREATE TABLE invitations (
  id {uuid} PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE, token TEXT NOT NULL, review_id {uuid} NOT NULL REFERENCES reviews(id),
  role TEXT NOT NULL, note TEXT NOT NULL, created_by {uuid} NOT NULL REFERENCES users(id), created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL, used_by {uuid} REFERENCES users(id), withdrawn_at BIGINT
);
CREATE INDEX invitations_by_review ON invitations(review_id);
CREATE TABLE members (
  review_id {uuid} NOT NULL REFERENCES reviews(id), user_id {uuid} NOT NULL REFERENCES users(id), role TEXT NOT NULL,
  screens BOOLEAN NOT NULL, added_at BIGINT NOT NULL, removed_at BIGINT, PRIMARY KEY (review_id, user_id)
);
CREATE INDEX members_by_user ON members(user_id);
CREATE TABLE criteria (
  id {uuid} PRIMARY KEY, review_id {uuid} NOT NULL REFERENCES reviews(id), position BIGINT NOT NULL, key TEXT NOT NULL,
  kind TEXT NOT NULL, label TEXT NOT NULL, includes TEXT NOT NULL, excludes TEXT NOT NULL, version BIGINT NOT NULL, active BOOLEAN NOT NULL
);
CREATE INDEX criteria_by_review ON criteria(review_id, position);
CREATE TABLE reasons (
  id {uuid} PRIMARY KEY, review_id {uuid} NOT NULL REFERENCES reviews(id), position BIGINT NOT NULL, label TEXT NOT NULL,
  criterion_id {uuid} REFERENCES criteria(id), stages TEXT NOT NULL, active BOOLEAN NOT NULL
);
CREATE INDEX reasons_by_review ON reasons(review_id, position);
CREATE TABLE terms (
  id {uuid} PRIMARY KEY, review_id {uuid} NOT NULL REFERENCES reviews(id), position BIGINT NOT NULL, text TEXT NOT NULL,
  variants TEXT NOT NULL, term_group TEXT NOT NULL, whole_word_upper BOOLEAN NOT NULL
);
CREATE INDEX terms_by_review ON terms(review_id, position);
CREATE TABLE labels (
  id {uuid} PRIMARY KEY, review_id {uuid} NOT NULL REFERENCES reviews(id), position BIGINT NOT NULL, name TEXT NOT NULL,
  color TEXT NOT NULL, active BOOLEAN NOT NULL
);
CREATE INDEX labels_by_review ON labels(review_id, position);
CREATE TABLE stage_settings (
  review_id {uuid} NOT NULL REFERENCES reviews(id), stage TEXT NOT NULL, version BIGINT NOT NULL, settings TEXT NOT NULL,
  created_by {uuid} NOT NULL REFERENCES users(id), created_at BIGINT NOT NULL, PRIMARY KEY (review_id, stage, version)
);
CREATE TABLE sources (
  id {uuid} PRIMARY KEY, review_id {uuid} NOT NULL REFERENCES reviews(id), position BIGINT NOT NULL, name TEXT NOT NULL,
  platform TEXT NOT NULL, kind TEXT NOT NULL, removed_at BIGINT
);
CREATE INDEX sources_by_review ON sources(review_id, position);
CREATE TABLE searches (
  id {uuid} PRIMARY KEY, review_id {uuid} NOT NULL REFERENCES reviews(id), source_id {uuid} NOT NULL REFERENCES sources(id),
  strategy TEXT NOT NULL, searched_on TEXT, limits TEXT NOT NULL, hits BIGINT, created_at BIGINT NOT NULL
);
CREATE INDEX searches_by_source ON searches(source_id);
CREATE TABLE uploads (
  review_id {uuid} NOT NULL REFERENCES reviews(id), sha256 TEXT NOT NULL, file_name TEXT NOT NULL, bytes BIGINT NOT NULL,
  created_by {uuid} NOT NULL REFERENCES users(id), created_at BIGINT NOT NULL, PRIMARY KEY (review_id, sha256)
);
CREATE TABLE imports (
  id {uuid} PRIMARY KEY, review_id {uuid} NOT NULL REFERENCES reviews(id), search_id {uuid} NOT NULL REFERENCES searches(id),
  source_id {uuid} NOT NULL REFERENCES sources(id), file_name TEXT NOT NULL, sha256 TEXT NOT NULL, bytes BIGINT NOT NULL,
  format TEXT NOT NULL, provider TEXT NOT NULL, encoding TEXT NOT NULL, entries BIGINT NOT NULL, records BIGINT NOT NULL,
  rejected BIGINT NOT NULL, outside TEXT NOT NULL, issues TEXT NOT NULL, mapping TEXT NOT NULL, status TEXT NOT NULL, error TEXT,
  labels TEXT NOT NULL, created_by {uuid} NOT NULL REFERENCES users(id), created_at BIGINT NOT NULL
);
CREATE TABLE mappings (
  id {uuid} PRIMARY KEY, review_id {uuid} NOT NULL REFERENCES reviews(id), name TEXT NOT NULL, data TEXT NOT NULL,
  created_by {uuid} NOT NULL REFERENCES users(id), created_at BIGINT NOT NULL
);
CREATE INDEX mappings_by_review ON mappings(review_id);
CREATE INDEX imports_by_review ON imports(review_id, created_at);
CREATE TABLE records (
  id {uuid} PRIMARY KEY, review_id {uuid} NOT NULL REFERENCES reviews(id), import_id {uuid} NOT NULL REFERENCES imports(id),
  source_id {uuid} NOT NULL REFERENCES sources(id), n BIGINT NOT NULL, line_start BIGINT NOT NULL, line_end BIGINT NOT NULL,
  raw TEXT NOT NULL, data TEXT NOT NULL, citation_id {uuid} NOT NULL, active BOOLEAN NOT NULL
);
CREATE INDEX records_by_citation ON records(citation_id);
CREATE INDEX records_by_import ON records(import_id, n);
CREATE INDEX records_by_review ON records(review_id, id);
CREATE TABLE elsewhere (
  id {uuid} PRIMARY KEY, review_id {uuid} NOT NULL REFERENCES reviews(id), import_id {uuid} NOT NULL REFERENCES imports(id),
  record_id {uuid} NOT NULL REFERENCES records(id), tool TEXT NOT NULL, name TEXT NOT NULL, stage TEXT NOT NULL, verdict TEXT NOT NULL,
  reason TEXT NOT NULL, note TEXT NOT NULL, labels TEXT NOT NULL
);
CREATE INDEX elsewhere_by_review ON elsewhere(review_id, import_id);
CREATE INDEX elsewhere_by_record ON elsewhere(record_id);
CREATE TABLE attributions (
  id {uuid} PRIMARY KEY, review_id {uuid} NOT NULL REFERENCES reviews(id), import_id {uuid} NOT NULL REFERENCES imports(id),
  name TEXT NOT NULL, from_stage TEXT NOT NULL, user_id {uuid} NOT NULL REFERENCES users(id), stage TEXT NOT NULL, reasons TEXT NOT NULL,
  created_by {uuid} NOT NULL REFERENCES users(id), created_at BIGINT NOT NULL, undone_by {uuid} REFERENCES users(id), undone_at BIGINT
);
CREATE INDEX attributions_by_import ON attributions(import_id);
CREATE TABLE rejected_entries (
  id {uuid} PRIMARY KEY, review_id {uuid} NOT NULL REFERENCES reviews(id), import_id {uuid} NOT NULL REFERENCES imports(id),
  n BIGINT NOT NULL, line_start BIGINT NOT NULL, line_end BIGINT NOT NULL, raw TEXT NOT NULL, reason TEXT NOT NULL,
  state TEXT NOT NULL, note TEXT NOT NULL, record_id {uuid}
);
CREATE INDEX rejected_by_import ON rejected_entries(import_id, n);
CREATE TABLE links (
  seq {seq}, id {uuid} NOT NULL UNIQUE, act {uuid} NOT NULL, review_id {uuid} NOT NULL REFERENCES reviews(id), record_a {uuid} NOT NULL REFERENCES records(id),
  record_b {uuid} NOT NULL REFERENCES records(id), verdict TEXT NOT NULL, by_user {uuid} REFERENCES users(id), rule_version BIGINT,
  score {float} NOT NULL, evidence TEXT NOT NULL, created_at BIGINT NOT NULL, undone_at BIGINT, undone_by {uuid} REFERENCES users(id)
);
CREATE INDEX links_by_pair ON links(review_id, record_a, record_b);
CREATE INDEX links_by_b ON links(record_b);
CREATE INDEX links_by_act ON links(act);
CREATE TABLE choices (
  seq {seq}, review_id {uuid} NOT NULL REFERENCES reviews(id), record_id {uuid} NOT NULL REFERENCES records(id), field TEXT NOT NULL,
  picked BOOLEAN NOT NULL, user_id {uuid} NOT NULL REFERENCES users(id), created_at BIGINT NOT NULL
);
CREATE INDEX choices_by_record ON choices(record_id);
CREATE TABLE citations (
  id {uuid} PRIMARY KEY, review_id {uuid} NOT NULL REFERENCES reviews(id), number BIGINT NOT NULL, merged_into {uuid},
  active BOOLEAN NOT NULL, merged TEXT NOT NULL, title TEXT NOT NULL, year BIGINT, in_databases BOOLEAN NOT NULL,
  sources TEXT NOT NULL, record_count BIGINT NOT NULL, removed_kind TEXT, removed_note TEXT
);
CREATE INDEX citations_by_review ON citations(review_id, active, number);
CREATE INDEX citations_by_root ON citations(merged_into);
CREATE INDEX citations_roots ON citations(id, merged_into);
CREATE TABLE index_versions (
  review_id {uuid} PRIMARY KEY REFERENCES reviews(id), version BIGINT NOT NULL
);
CREATE TABLE citation_labels (
  citation_id {uuid} NOT NULL REFERENCES citations(id), label_id {uuid} NOT NULL REFERENCES labels(id), review_id {uuid} NOT NULL,
  user_id {uuid} NOT NULL REFERENCES users(id), created_at BIGINT NOT NULL, import_id {uuid} REFERENCES imports(id),
  PRIMARY KEY (citation_id, label_id)
);
CREATE TABLE citation_stages (
  citation_id {uuid} NOT NULL REFERENCES citations(id), stage TEXT NOT NULL, review_id {uuid} NOT NULL, active BOOLEAN NOT NULL,
  ready BOOLEAN NOT NULL, outcome TEXT NOT NULL, reason_id {uuid}, taken BIGINT NOT NULL, decided BIGINT NOT NULL, elsewhere BIGINT NOT NULL,
  order_key BIGINT NOT NULL,
  PRIMARY KEY (citation_id, stage)
);
CREATE INDEX citation_stages_pool ON citation_stages(review_id, stage, active, ready, outcome, order_key, citation_id, taken, decided);
CREATE TABLE tasks (
  id {uuid} PRIMARY KEY, review_id {uuid} NOT NULL REFERENCES reviews(id), citation_id {uuid} NOT NULL REFERENCES citations(id),
  stage TEXT NOT NULL, user_id {uuid} NOT NULL REFERENCES users(id), state TEXT NOT NULL, order_key BIGINT NOT NULL,
  created_at BIGINT NOT NULL, done_at BIGINT
);
CREATE UNIQUE INDEX tasks_live ON tasks(citation_id, stage, user_id) WHERE state <> 'withdrawn';
CREATE INDEX tasks_by_user ON tasks(review_id, stage, user_id, state, order_key, id, citation_id);
CREATE TABLE decisions (
  seq {seq}, id {uuid} NOT NULL UNIQUE, review_id {uuid} NOT NULL REFERENCES reviews(id), task_id {uuid} NOT NULL REFERENCES tasks(id),
  citation_id {uuid} NOT NULL REFERENCES citations(id), stage TEXT NOT NULL, user_id {uuid} NOT NULL REFERENCES users(id),
  verdict TEXT NOT NULL, answers TEXT NOT NULL, reason_id {uuid}, note TEXT NOT NULL, settings_version BIGINT NOT NULL,
  decided_at BIGINT NOT NULL, received_at BIGINT NOT NULL, state TEXT NOT NULL,
  elsewhere_id {uuid} REFERENCES elsewhere(id), attribution_id {uuid} REFERENCES attributions(id)
);
CREATE INDEX decisions_by_citation ON decisions(citation_id, stage, state);
CREATE INDEX decisions_by_attribution ON decisions(attribution_id);
CREATE INDEX decisions_by_user ON decisions(review_id, user_id, stage, state, seq);
CREATE TABLE resolutions (
  seq {seq}, id {uuid} NOT NULL UNIQUE, review_id {uuid} NOT NULL REFERENCES reviews(id), citation_id {uuid} NOT NULL REFERENCES citations(id),
  stage TEXT NOT NULL, kind TEXT NOT NULL, verdict TEXT, reason_id {uuid}, note TEXT NOT NULL,
  user_id {uuid} NOT NULL REFERENCES users(id), created_at BIGINT NOT NULL
);
CREATE INDEX resolutions_by_citation ON resolutions(citation_id, stage, seq);
CREATE TABLE reports (
  citation_id {uuid} PRIMARY KEY REFERENCES citations(id), review_id {uuid} NOT NULL REFERENCES reviews(id), state TEXT NOT NULL,
  file_sha256 TEXT, file_name TEXT, file_bytes BIGINT, link TEXT, reason TEXT NOT NULL, note TEXT NOT NULL,
  user_id {uuid} REFERENCES users(id), at BIGINT NOT NULL
);
CREATE INDEX reports_by_review ON reports(review_id, state);
CREATE TABLE studies (
  id {uuid} PRIMARY KEY, review_id {uuid} NOT NULL REFERENCES reviews(id), name TEXT NOT NULL
);
CREATE TABLE study_reports (
  citation_id {uuid} PRIMARY KEY REFERENCES citations(id), review_id {uuid} NOT NULL, study_id {uuid} NOT NULL REFERENCES studies(id)
);
CREATE INDEX study_reports_by_review ON study_reports(review_id, study_id);
CREATE TABLE audit (
  seq {seq}, review_id {uuid}, user_id {uuid}, at BIGINT NOT NULL, action TEXT NOT NULL, object_kind TEXT NOT NULL,
  object_id TEXT NOT NULL, before_value TEXT, after_value TEXT
);
CREATE INDEX audit_by_review ON audit(review_id, seq);
CREATE INDEX audit_by_object ON audit(review_id, object_id);
CREATE TABLE jobs (
  id {uuid} PRIMARY KEY, review_id {uuid} NOT NULL REFERENCES reviews(id), kind TEXT NOT NULL, payload TEXT NOT NULL, state TEXT NOT NULL,
  done BIGINT NOT NULL, total BIGINT NOT NULL, message TEXT NOT NULL, error TEXT, result TEXT, attempts BIGINT NOT NULL,
  heartbeat_at BIGINT, created_by {uuid} REFERENCES users(id), created_at BIGINT NOT NULL, finished_at BIGINT
);
CREATE INDEX jobs_by_state ON jobs(state, created_at);
CREATE INDEX jobs_by_review ON jobs(review_id, created_at);
