#ifndef DVDI_LEDGER_SCHEMA_HPP
#define DVDI_LEDGER_SCHEMA_HPP

#include <array>

namespace dvdi {

/** `dvdi` in ASCII: in the file's header, so that file(1) and we know whose it is. */
inline constexpr int applicationId = 0x64766469;

/** The newest schema that this program knows. */
inline constexpr int schemaVersion = 1;

/** All tables, each after those that it refers to. */
inline constexpr std::array<const char*, 6> tables = {"meta",   "containers",  "volumes",
                                                       "claims", "directories", "holds"};

/**
 * Version 1, statement by statement that of host/isolator/ledger/schema.ts: hosts compare it when they open a ledger
 * (docs/ledger.md says what each column means). Two rules live in triggers, so that they hold whichever host writes:
 * `volumes.users` counts the claims of a volume, and a volume that is released and that nobody claims leaves the table.
 */
inline constexpr const char* schema1 = R"sql(
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE containers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('preparing', 'prepared', 'cleaning')),
  request_hash TEXT,
  answer TEXT,
  pid INTEGER CHECK (pid > 0),
  start_ticks INTEGER CHECK (start_ticks >= 0),
  boot TEXT,
  created_ms INTEGER NOT NULL,
  CHECK ((pid IS NULL) = (start_ticks IS NULL) AND (pid IS NULL) = (boot IS NULL))
) STRICT;

CREATE TABLE volumes (
  id INTEGER PRIMARY KEY,
  driver TEXT NOT NULL,
  name TEXT NOT NULL,
  options TEXT NOT NULL CHECK (json_valid(options)),
  transport TEXT NOT NULL CHECK (json_valid(transport)),
  mountpoint TEXT,
  mount_path TEXT,
  mount_id INTEGER,
  mount_device TEXT,
  mount_boot TEXT,
  state TEXT NOT NULL CHECK (state IN ('intended', 'mounted', 'uncertain', 'releasing', 'released')),
  users INTEGER NOT NULL DEFAULT 0 CHECK (users >= 0),
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  retry_uptime_ms INTEGER,
  retry_boot TEXT,
  error TEXT,
  changed_ms INTEGER NOT NULL,
  UNIQUE (driver, name),
  CHECK ((mount_path IS NULL) = (mount_id IS NULL) AND (mount_path IS NULL) = (mount_device IS NULL)
    AND (mount_path IS NULL) = (mount_boot IS NULL)),
  CHECK ((retry_uptime_ms IS NULL) = (retry_boot IS NULL))
) STRICT;

CREATE INDEX volumes_alike ON volumes (driver COLLATE NOCASE, name COLLATE NOCASE);
CREATE INDEX volumes_by_mountpoint ON volumes (mountpoint) WHERE mountpoint IS NOT NULL;
CREATE INDEX volumes_by_mount ON volumes (mount_path) WHERE mount_path IS NOT NULL;
CREATE INDEX volumes_unused ON volumes (id) WHERE users = 0;

CREATE TABLE claims (
  container INTEGER NOT NULL REFERENCES containers (id),
  volume INTEGER NOT NULL REFERENCES volumes (id),
  position INTEGER NOT NULL,
  path TEXT,
  mode TEXT NOT NULL CHECK (mode IN ('rw', 'ro')),
  options TEXT NOT NULL CHECK (json_valid(options)),
  transport TEXT NOT NULL CHECK (json_valid(transport)),
  step INTEGER NOT NULL,
  PRIMARY KEY (container, volume)
) STRICT;

CREATE INDEX claims_by_volume ON claims (volume);
CREATE INDEX claims_by_path ON claims (path, container) WHERE path IS NOT NULL;

CREATE TRIGGER claim_made AFTER INSERT ON claims BEGIN
  UPDATE volumes SET users = users + 1 WHERE id = new.volume;
END;

CREATE TRIGGER claim_dropped AFTER DELETE ON claims BEGIN
  UPDATE volumes SET users = users - 1 WHERE id = old.volume;
END;

CREATE TRIGGER volume_done AFTER UPDATE OF users, state ON volumes
WHEN new.users = 0 AND new.state = 'released' BEGIN
  DELETE FROM volumes WHERE id = new.id;
END;

CREATE TABLE directories (
  path TEXT PRIMARY KEY
) STRICT;

CREATE TABLE holds (
  name TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  pid INTEGER NOT NULL,
  since_ms INTEGER NOT NULL
) STRICT;
)sql";

}  // namespace dvdi

#endif  // DVDI_LEDGER_SCHEMA_HPP
