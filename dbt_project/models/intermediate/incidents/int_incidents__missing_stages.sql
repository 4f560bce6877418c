-- Stages before the last one seen, which must have happened unseen, and why we saw nothing.
with

incidents as (
    select * from {{ ref('int_incidents__openings') }}
),

stages as (
    select * from {{ ref('int_incidents__stages') }}
),

stage_scopes as (
    select * from {{ ref('int_rulebook__stage_scopes') }}
),

freshness as (
    select
        authorisation_id,
        fresh_at,
        next_fresh_at,
        {{ add_hours('fresh_at', '24 * age_limit_days') }} as stale_at
    from {{ ref('int_feeds__freshness') }}
),

grants as (
    select * from {{ ref('stg_authorisations') }}
),

known_stages as (
    select distinct
        stage_code,
        cast(substr(stage_code, 2, 1) as bigint) as stage_number
    from stage_scopes
),

reached as (
    select
        incident_id,
        max(stage_number) as last_stage_number
    from stages
    group by incident_id
),

missing as (
    select
        incidents.incident_id,
        incidents.subject_key,
        incidents.opened_at,
        known_stages.stage_code,
        known_stages.stage_number
    from incidents
    inner join reached on incidents.incident_id = reached.incident_id
    inner join known_stages on reached.last_stage_number > known_stages.stage_number
    left join stages
        on incidents.incident_id = stages.incident_id
        and known_stages.stage_code = stages.stage_code
    where stages.stage_code is null
),

-- The best that any grant for the stage could show when the incident opened.
shown as (
    select
        missing.incident_id,
        missing.stage_code,
        max(case when grants.authorisation_id is null then 0 else 1 end) as has_grant,
        max(case when missing.opened_at <= freshness.stale_at then 1 else 0 end) as is_fresh
    from missing
    left join stage_scopes
        on missing.stage_code = stage_scopes.stage_code
        and {{ local_date('missing.opened_at') }} >= stage_scopes.valid_from
        and {{ local_date('missing.opened_at') }} < coalesce(stage_scopes.valid_to, date '9999-12-31')
    left join grants
        on missing.subject_key = grants.subject_key
        and stage_scopes.scope_code = grants.scope_code
        and missing.opened_at >= grants.granted_at
        and missing.opened_at < grants.ended_at
    left join freshness
        on grants.authorisation_id = freshness.authorisation_id
        and missing.opened_at >= freshness.fresh_at
        and missing.opened_at < coalesce(freshness.next_fresh_at, timestamp '9999-12-31 00:00:00')
    group by missing.incident_id, missing.stage_code
),

final as (
    select
        missing.incident_id,
        missing.stage_code,
        missing.stage_number,
        case
            when shown.has_grant = 0 then 'not_consented'
            when shown.is_fresh = 0 then 'feed_stale'
            else 'nothing_seen'
        end as reason_code
    from missing
    inner join shown
        on missing.incident_id = shown.incident_id
        and missing.stage_code = shown.stage_code
)

select * from final
