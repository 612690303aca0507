-- The database of an audit. Times are text in ISO 8601, in UTC: '2026-11-28T07:30:00Z'. Booleans are 0 and 1.
-- `app` is the number of an app in this file: JOIN ... USING (app). What was not read has no rows; `parts` says what was.
CREATE TABLE audit (
    schema_version INTEGER NOT NULL,
    aioheroku TEXT NOT NULL,        -- the version that wrote the file
    started_at TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    complete INTEGER NOT NULL,      -- 0: the audit ended early, and apps are missing
    unfinished TEXT,                -- why
    apps INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    errors INTEGER NOT NULL
);
CREATE TABLE apps (
    app INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    account TEXT,
    owner TEXT,
    region TEXT,
    stack TEXT,
    maintenance INTEGER,
    created_at TEXT,
    updated_at TEXT,
    released_at TEXT
);
CREATE TABLE kinds (
    kind TEXT PRIMARY KEY,
    meaning TEXT NOT NULL,
    remedy TEXT NOT NULL
);
CREATE TABLE findings (
    app INTEGER NOT NULL REFERENCES apps,
    kind TEXT NOT NULL REFERENCES kinds,
    detail TEXT NOT NULL
);
CREATE TABLE errors (
    app INTEGER NOT NULL REFERENCES apps,
    part TEXT NOT NULL,
    error TEXT NOT NULL,            -- the class of the error, such as 'Forbidden'
    message TEXT NOT NULL,
    request_id TEXT
);
CREATE TABLE parts (
    app INTEGER NOT NULL REFERENCES apps,
    part TEXT NOT NULL,
    items INTEGER NOT NULL,
    value TEXT,                     -- JSON, of a part that has no table of its own
    PRIMARY KEY (app, part)
) WITHOUT ROWID;
CREATE TABLE changes (              -- since an earlier audit
    kind TEXT NOT NULL,             -- 'new', 'gone' or 'changed'
    id TEXT NOT NULL,               -- of the app, which is not in this file if it is gone
    name TEXT NOT NULL,
    account TEXT,
    changed TEXT NOT NULL,          -- JSON: the attributes and parts that differ
    found TEXT NOT NULL,            -- JSON: the kinds of findings that are new
    solved TEXT NOT NULL            -- JSON: those that are no longer
);
CREATE TABLE formation (app INTEGER NOT NULL REFERENCES apps, type TEXT, quantity INTEGER, size TEXT);
CREATE TABLE dynos (app INTEGER NOT NULL REFERENCES apps, name TEXT, state TEXT, size TEXT);
CREATE TABLE releases (
    app INTEGER NOT NULL REFERENCES apps, version INTEGER, created_at TEXT, user TEXT, description TEXT, status TEXT
);
CREATE TABLE domains (app INTEGER NOT NULL REFERENCES apps, hostname TEXT);
CREATE TABLE addons (app INTEGER NOT NULL REFERENCES apps, name TEXT, plan TEXT);
CREATE TABLE collaborators (app INTEGER NOT NULL REFERENCES apps, email TEXT);
CREATE TABLE config_vars (app INTEGER NOT NULL REFERENCES apps, name TEXT);  -- no values
CREATE TABLE log_drains (app INTEGER NOT NULL REFERENCES apps, id TEXT, scheme TEXT, host TEXT, addon INTEGER);
CREATE TABLE ssl_endpoints (app INTEGER NOT NULL REFERENCES apps, name TEXT, cname TEXT);
CREATE TABLE sni_endpoints (app INTEGER NOT NULL REFERENCES apps, name TEXT, expires_at TEXT);
CREATE TABLE certificate_domains (app INTEGER NOT NULL REFERENCES apps, endpoint TEXT, domain TEXT);
CREATE TABLE buildpacks (app INTEGER NOT NULL REFERENCES apps, position INTEGER, name TEXT);
CREATE TABLE addon_attachments (app INTEGER NOT NULL REFERENCES apps, name TEXT, addon TEXT);
CREATE TABLE pipelines (app INTEGER NOT NULL REFERENCES apps, id TEXT, stage TEXT);
CREATE TABLE team (app INTEGER NOT NULL REFERENCES apps, id TEXT, name TEXT);

CREATE VIEW findings_by_kind AS
    SELECT kind, count(DISTINCT app) AS apps, meaning, remedy
    FROM findings JOIN kinds USING (kind) GROUP BY kind ORDER BY apps DESC, kind;
CREATE VIEW certificates AS
    SELECT apps.name AS app_name, sni_endpoints.name AS endpoint, expires_at,
        round(julianday(expires_at) - julianday(started_at), 1) AS days_left
    FROM sni_endpoints JOIN apps USING (app), audit ORDER BY expires_at;
CREATE VIEW overview AS
    SELECT apps.*,
        (SELECT count(*) FROM findings WHERE findings.app = apps.app) AS findings,
        (SELECT count(*) FROM errors WHERE errors.app = apps.app) AS errors,
        (SELECT max(created_at) FROM releases WHERE releases.app = apps.app) AS newest_release,
        (SELECT min(expires_at) FROM sni_endpoints WHERE sni_endpoints.app = apps.app) AS first_certificate_end,
        (SELECT sum(quantity) FROM formation WHERE formation.app = apps.app) AS scaled_dynos,
        (SELECT items FROM parts WHERE parts.app = apps.app AND part = 'dynos') AS dynos,
        (SELECT items FROM parts WHERE parts.app = apps.app AND part = 'domains') AS domains,
        (SELECT items FROM parts WHERE parts.app = apps.app AND part = 'addons') AS addons,
        (SELECT items FROM parts WHERE parts.app = apps.app AND part = 'collaborators') AS collaborators,
        (SELECT items FROM parts WHERE parts.app = apps.app AND part = 'config-vars') AS config_vars,
        (SELECT items FROM parts WHERE parts.app = apps.app AND part = 'log-drains') AS log_drains
    FROM apps;
