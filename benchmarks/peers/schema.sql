CREATE TABLE network (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text NOT NULL UNIQUE);
CREATE TABLE engagement (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    city text NOT NULL,
    external_id text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    starts_on date NOT NULL,
    ends_on date CHECK (ends_on >= starts_on),
    network_id integer NOT NULL REFERENCES network,
    share numeric NOT NULL CHECK (share > 0 AND share <= 1),
    themes text[] NOT NULL,
    sdgs text[] NOT NULL,
    leader_hours numeric NOT NULL,
    staff_hours numeric NOT NULL,
    visibility text NOT NULL,
    tags text[] NOT NULL,
    UNIQUE (city, external_id)
);
CREATE INDEX ON engagement (network_id);
CREATE TABLE cost (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    engagement_id bigint NOT NULL REFERENCES engagement ON DELETE CASCADE,
    external_id text NOT NULL,
    category text NOT NULL,
    amount numeric NOT NULL CHECK (amount >= 0),
    currency text NOT NULL,
    incurred_on date NOT NULL,
    UNIQUE (engagement_id, external_id)
);
CREATE TABLE outcome (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    engagement_id bigint NOT NULL REFERENCES engagement ON DELETE CASCADE,
    external_id text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    amount numeric CHECK (amount >= 0),
    currency text,
    occurred_on date NOT NULL,
    credit numeric NOT NULL CHECK (credit > 0 AND credit <= 1),
    UNIQUE (engagement_id, external_id)
);
CREATE TABLE ledger (
    seq bigint PRIMARY KEY,
    engagement_id bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    body text NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL
);
CREATE TABLE kept (
    network_id integer NOT NULL REFERENCES network,
    year integer NOT NULL,
    kind text NOT NULL,
    engagements bigint NOT NULL,
    leader_hours numeric NOT NULL,
    staff_hours numeric NOT NULL,
    cost numeric NOT NULL,
    outcomes numeric NOT NULL,
    funding numeric NOT NULL,
    PRIMARY KEY (network_id, year, kind)
);
INSERT INTO network (code) SELECT 'net-' || number FROM generate_series(0, 49) number;
