-- Spreads a migrated database over the nodes of a Citus cluster: what a city owns by its city_id, all of it together, and
-- what all share as a copy on every node. On the coordinator, as the superuser who owns the schema:
--
--     psql --single-transaction --set ON_ERROR_STOP=1 --file deploy/citus.sql "$PROXENY_DATABASE_URL"
--
-- It may be run again at any time, and must be after a migration that adds a table. docs/scale.md says what comes before.

SET LOCAL lock_timeout = '5s';
-- Tables that refer to copied ones are made one after another, not at once over several connections.
SET LOCAL citus.multi_shard_modify_mode = 'sequential';
-- Tables that still stand on the coordinator alone are left as they are until their own turn comes.
SET LOCAL citus.enable_local_reference_table_foreign_keys = off;

DO $begin$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_proc WHERE proname = 'create_distributed_table') THEN
        RAISE EXCEPTION 'Citus is not here: run CREATE EXTENSION citus on every node first.';
    END IF;
END
$begin$;

-- A transaction reaches the nodes under the role of who is asking: the roles must be there, and may log in (from the
-- coordinator alone: pg_hba.conf). The nodes come first, each by itself: roles that Citus knows it passes on within this
-- transaction, which would then wait for itself.
DO $roles$
DECLARE
    role text;
    failed text;
BEGIN
    FOREACH role IN ARRAY ARRAY['city_actor', 'network_actor', 'operator_actor', 'public_actor'] LOOP
        SELECT string_agg(format('%s:%s %s', nodename, nodeport, result), '; ') FILTER (WHERE NOT success) INTO failed
        FROM run_command_on_workers(format($node$
            DO $made$ BEGIN
                SET LOCAL citus.enable_ddl_propagation = off;
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = %1$L) THEN CREATE ROLE %1$I; END IF;
                ALTER ROLE %1$I LOGIN;
            END $made$
        $node$, role));
        IF failed IS NOT NULL THEN
            RAISE EXCEPTION 'A node cannot have the role %: %', role, failed;
        END IF;
    END LOOP;
END
$roles$;
ALTER ROLE city_actor LOGIN;
ALTER ROLE network_actor LOGIN;
ALTER ROLE operator_actor LOGIN;
ALTER ROLE public_actor LOGIN;

DO $distribute$
DECLARE
    -- Each table stands after those that its foreign keys refer to.
    shared CONSTANT text[] := ARRAY['city', 'network', 'api_key', 'loaded_rate', 'price_index'];
    owned CONSTANT text[] := ARRAY[
        'ledger_head', 'ledger_entry', 'withdrawal', 'idempotent_answer', 'membership', 'proxy', 'budget', 'method',
        'engagement', 'engagement_network', 'outcome', 'cost', 'credit', 'rollup'
    ];
    named text;
BEGIN
    FOREACH named IN ARRAY shared LOOP
        IF NOT EXISTS (SELECT FROM pg_dist_partition
                       WHERE logicalrelid = named::regclass AND partmethod = 'n' AND repmodel = 't') THEN
            PERFORM create_reference_table(named::regclass);
        END IF;
    END LOOP;
    FOREACH named IN ARRAY owned LOOP
        IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = named::regclass AND partmethod = 'h') THEN
            PERFORM create_distributed_table(
                named::regclass, 'city_id', colocate_with => CASE named WHEN owned[1] THEN 'none' ELSE owned[1] END
            );
        END IF;
    END LOOP;
END
$distribute$;

-- What a transaction was told of who is asking, by SET LOCAL, must be passed on to the nodes.
DO $settings$
BEGIN
    EXECUTE format('ALTER DATABASE %I SET citus.propagate_set_commands = %L', current_database(), 'local');
END
$settings$;

-- Nothing is done where a table was forgotten: a city's rows on the coordinator alone would be seen by no join. What the
-- servers count together, all of them through the coordinator, stays there.
DO $check$
DECLARE
    kept CONSTANT text[] := ARRAY['request_window', 'alembic_version'];
    forgotten text;
BEGIN
    SELECT string_agg(c.relname, ', ' ORDER BY c.relname) INTO forgotten
    FROM pg_class c
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'city_id' AND NOT a.attisdropped
    LEFT JOIN pg_dist_partition p ON p.logicalrelid = c.oid
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> ALL (kept)
      AND p.partmethod IS DISTINCT FROM (CASE WHEN a.attname IS NULL THEN 'n' ELSE 'h' END)::"char";
    IF forgotten IS NOT NULL THEN
        RAISE EXCEPTION 'deploy/citus.sql does not name these tables: %.', forgotten;
    END IF;
    IF (SELECT count(DISTINCT colocationid) FROM pg_dist_partition WHERE partmethod = 'h') <> 1 THEN
        RAISE EXCEPTION 'The tables of cities do not lie together.';
    END IF;
END
$check$;
