"""The job queue: the schema of procrastinate 3.10 as it was published, in the file beside this"""

from pathlib import Path

from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

_SCHEMA = Path(__file__).with_suffix(".sql")

_DROP = """
drop table procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs,
    procrastinate_workers cascade;
do $$
declare
    found record;
begin
    for found in
        select oid::regprocedure as name from pg_proc
        where proname like 'procrastinate\\_%' and pronamespace = current_schema()::regnamespace
    loop
        execute 'drop function ' || found.name || ' cascade';
    end loop;
end;
$$;
drop type procrastinate_job_to_defer_v1, procrastinate_job_event_type, procrastinate_job_status;
"""


def upgrade() -> None:
    op.execute(_SCHEMA.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute(_DROP)
