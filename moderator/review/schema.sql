-- A view of two topics: it may be deleted at any time. Times are in seconds since 1970.
CREATE TABLE offsets (                -- how far each partition has been read
  topic TEXT, number INTEGER, next INTEGER NOT NULL, PRIMARY KEY (topic, number)
) WITHOUT ROWID;
CREATE TABLE counts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE items (                  -- comments that were held, and the decision in force about each
  id TEXT PRIMARY KEY, key TEXT NOT NULL, text_key TEXT NOT NULL, text TEXT NOT NULL,
  community TEXT, action TEXT NOT NULL, at REAL NOT NULL, score REAL NOT NULL,
  parent_id TEXT, parent_text TEXT, details BLOB NOT NULL,
  decision INTEGER, held INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX items_by_key ON items (key, held, at);
CREATE INDEX items_decided ON items (at) WHERE held = 0;
CREATE TABLE texts (                  -- equal texts of a community that wait: one entry of the queue
  key TEXT PRIMARY KEY, community TEXT NOT NULL, action TEXT NOT NULL, held INTEGER NOT NULL,
  score REAL NOT NULL, at REAL NOT NULL, oldest REAL NOT NULL, newest TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX texts_by_time ON texts (at DESC, key);
CREATE INDEX texts_by_score ON texts (score DESC, at DESC, key);
CREATE TABLE reasons (rule TEXT, key TEXT, PRIMARY KEY (rule, key)) WITHOUT ROWID;
CREATE INDEX reasons_by_key ON reasons (key);
CREATE TABLE parents (                -- the last comments, for those that answer them
  n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, text TEXT NOT NULL
);
CREATE TABLE feedback (               -- what people decided, without texts
  n INTEGER PRIMARY KEY AUTOINCREMENT, digest BLOB UNIQUE NOT NULL, id TEXT, key TEXT NOT NULL,
  text_key TEXT NOT NULL, community TEXT, action TEXT, at REAL NOT NULL, expires REAL, by TEXT,
  source TEXT NOT NULL, note TEXT, undone INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX feedback_by_key ON feedback (key);
CREATE INDEX feedback_by_id ON feedback (id);
CREATE INDEX feedback_by_person ON feedback (by);
CREATE TABLE claims (                 -- who has which text open
  key TEXT PRIMARY KEY, holder TEXT UNIQUE NOT NULL, until REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE skips (person TEXT, key TEXT, PRIMARY KEY (person, key)) WITHOUT ROWID;
