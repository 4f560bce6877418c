with

incidents as (
    select * from {{ ref('fct_incidents') }}
),

cases as (
    select * from {{ ref('fct_case_lifecycle') }}
),

links as (
    select * from {{ ref('fct_incident_alerts') }}
),

outcomes as (
    select * from {{ ref('int_alerts__outcomes') }}
    where outcome_code = 'confirmed_misuse'
),

episodes as (
    select * from {{ ref('fct_alert_flags') }}
),

flags as (
    select * from {{ ref('fct_flags') }}
    where status_code = 'live'
),

rules as (
    select * from {{ ref('int_rulebook__rules') }}
),

-- The person said that it was misuse: in the case, or of one of its alerts.
confirmed as (
    select
        incidents.incident_id,
        coalesce(min(cases.confirmed_at), min(outcomes.noted_at)) as confirmed_at
    from incidents
    left join cases
        on incidents.incident_id = cases.incident_id
        and cases.outcome_code = 'confirmed_misuse'
    left join links on incidents.incident_id = links.incident_id and links.link_code = 'own'
    left join outcomes on links.alert_id = outcomes.alert_id
    where cases.case_id is not null or outcomes.alert_id is not null
    group by incidents.incident_id
),

final as (
    select
        {{ stable_id(['confirmed.incident_id', 'flags.flag_id']) }} as fact_id,
        confirmed.incident_id,
        incidents.subject_key,
        row_number() over (
            partition by confirmed.incident_id order by flags.event_at, flags.flag_id
        ) as fact_number,
        {{ timestamp_text(local_timestamp('flags.event_at')) }} as happened_shanghai,
        flags.event_at as happened_at,
        flags.stage_code,
        flags.severity_code,
        flags.rule_id,
        rules.rule_name_zh,
        rules.rule_name_en,
        coalesce(flags.institution_group, incidents.institution_group) as institution_group,
        flags.place_name,
        flags.channel_code,
        flags.amount_fen,
        flags.evidence,
        incidents.amount_at_risk_fen,
        confirmed.confirmed_at,
        incidents.case_id,
        '《居民身份证法》第十七条:冒用他人居民身份证或者使用骗领的居民身份证的,由公安机关处罚;构成犯罪的,依法追究刑事责任'
            as article_zh,
        'Resident Identity Card Law, article 17: use of the identity card of another, or of one got by fraud'
            as article_en,
        cases.police_reported_at,
        cases.evidence_sealed_at,
        cases.evidence_sha256,
        flags.feed,
        flags.delivery_id,
        flags.line_number
    from confirmed
    inner join incidents on confirmed.incident_id = incidents.incident_id
    inner join links on confirmed.incident_id = links.incident_id and links.link_code = 'own'
    inner join episodes on links.alert_id = episodes.alert_id
    inner join flags on episodes.flag_id = flags.flag_id
    inner join rules on flags.rule_id = rules.rule_id
    left join cases on incidents.case_id = cases.case_id
)

select * from final
