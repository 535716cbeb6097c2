"""Functions that stand in for those of Citus: they spread nothing, but keep the rules by which Citus refuses a table.

The rules are those of its documentation and of its source (commands/create_distributed_table.c, foreign_constraint.c,
policy.c): what a table refers to must have been spread before it, lie together with it and be referred to by the column
that both are spread by; keys hold that column; there are no triggers, and no queries in policies.
"""

SCHEMA = "pretended_citus"

TABLES = f"""
CREATE SCHEMA {SCHEMA};
SET LOCAL search_path = public, {SCHEMA};
CREATE TABLE {SCHEMA}.pg_dist_partition (
    logicalrelid regclass PRIMARY KEY, partmethod "char" NOT NULL, partkey text, colocationid int NOT NULL,
    repmodel "char" NOT NULL
);
"""

COMMON = f"""
CREATE FUNCTION {SCHEMA}.refuse_the_unfit(t regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM {SCHEMA}.pg_dist_partition WHERE logicalrelid = t) THEN
        RAISE EXCEPTION 'table % is already distributed', t;
    ELSIF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = t AND NOT tgisinternal) THEN
        RAISE EXCEPTION 'triggers are not supported on distributed tables: %', t;
    ELSIF EXISTS (SELECT FROM pg_policy WHERE polrelid = t
                  AND concat(polqual::text, polwithcheck::text) LIKE '%{{SUBLINK%') THEN
        RAISE EXCEPTION 'subqueries are not supported in policies on distributed tables: %', t;
    END IF;
END
$$;
"""

REFERENCE = f"""
CREATE FUNCTION {SCHEMA}.create_reference_table(t regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM {SCHEMA}.refuse_the_unfit(t);
    IF EXISTS (
        SELECT FROM pg_constraint f
        LEFT JOIN {SCHEMA}.pg_dist_partition p ON p.logicalrelid = f.confrelid AND p.partmethod = 'n'
        WHERE f.contype = 'f' AND f.conrelid = t AND f.confrelid <> t AND p.logicalrelid IS NULL
    ) THEN
        RAISE EXCEPTION 'a reference table refers to reference tables only: %', t;
    END IF;
    INSERT INTO {SCHEMA}.pg_dist_partition VALUES (t, 'n', NULL, 1, 't');
END
$$;
"""

DISTRIBUTED = f"""
CREATE FUNCTION {SCHEMA}.create_distributed_table(
    t regclass, col text, distribution_type text DEFAULT 'hash', colocate_with text DEFAULT 'default'
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    own pg_attribute;
    beside {SCHEMA}.pg_dist_partition;
    lies int := 1 + (SELECT coalesce(max(colocationid), 1) FROM {SCHEMA}.pg_dist_partition);
    broken text;
BEGIN
    PERFORM {SCHEMA}.refuse_the_unfit(t);
    SELECT * INTO STRICT own FROM pg_attribute WHERE attrelid = t AND attname = col;
    IF colocate_with <> 'none' THEN
        SELECT * INTO STRICT beside FROM {SCHEMA}.pg_dist_partition WHERE logicalrelid = colocate_with::regclass;
        IF own.atttypid <> (SELECT atttypid FROM pg_attribute WHERE attrelid = beside.logicalrelid
                            AND attname = beside.partkey) THEN
            RAISE EXCEPTION 'cannot colocate tables % and %: their columns differ', t, beside.logicalrelid;
        END IF;
        lies := beside.colocationid;
    END IF;
    SELECT i.indexrelid::regclass::text INTO broken FROM pg_index i
    WHERE i.indrelid = t AND (i.indisunique OR i.indisexclusion) AND NOT own.attnum = ANY(i.indkey);
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'cannot create constraint %: it does not hold the column %', broken, col;
    END IF;
    SELECT f.conname INTO broken FROM pg_constraint f
    LEFT JOIN {SCHEMA}.pg_dist_partition p ON p.logicalrelid = f.confrelid
    LEFT JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attname = p.partkey
    WHERE f.contype = 'f' AND f.conrelid = t AND f.confrelid <> t AND (p.partmethod IS NULL OR p.partmethod = 'h'
        AND (p.colocationid <> lies OR array_position(f.conkey, own.attnum) IS DISTINCT FROM
             array_position(f.confkey, a.attnum)));
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'cannot create foreign key constraint %: what it refers to lies elsewhere', broken;
    END IF;
    SELECT f.conname INTO broken FROM pg_constraint f
    JOIN {SCHEMA}.pg_dist_partition p ON p.logicalrelid = f.conrelid AND p.partmethod = 'n'
    WHERE f.contype = 'f' AND f.confrelid = t;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'a reference table cannot refer to a distributed one: %', broken;
    END IF;
    INSERT INTO {SCHEMA}.pg_dist_partition VALUES (t, 'h', col, lies, 's');
END
$$;
"""

# Every node that is noted runs the command here, and says what became of it.
NODES = f"""
CREATE TABLE {SCHEMA}.nodes (nodename text, nodeport int);
CREATE FUNCTION {SCHEMA}.run_command_on_workers(command text)
RETURNS TABLE (nodename text, nodeport int, success boolean, result text) LANGUAGE plpgsql AS $$
BEGIN
    FOR nodename, nodeport IN SELECT n.nodename, n.nodeport FROM {SCHEMA}.nodes n LOOP
        BEGIN
            EXECUTE command;
            success := true;
            result := 'DO';
        EXCEPTION WHEN OTHERS THEN
            success := false;
            result := SQLERRM;
        END;
        RETURN NEXT;
    END LOOP;
END
$$;
"""

EVERYTHING = (TABLES, COMMON, REFERENCE, DISTRIBUTED, NODES)
