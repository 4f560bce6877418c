with

declarations as (
    select * from {{ ref('stg_declarations') }}
),

answers as (
    select * from {{ ref('int_alerts__suppressions') }}
    where source_code = 'feedback'
),

rules as (
    select * from {{ ref('int_rulebook__rules') }}
    where known_thing_type is not null
),

aliases as (
    select * from {{ ref('int_rulebook__institution_aliases') }}
),

declared as (
    select
        subject_key,
        thing_type,
        case thing_type
            when 'institution' then {{ institution_group('institution_name') }}
            when 'liability' then {{ institution_group('institution_name') }}
            when 'payee' then payee_token
            when 'payer' then payee_token
            when 'platform' then platform_code
            when 'employer' then employer_token
            when 'device' then device_token
            when 'place' then city_code
            when 'phone' then phone_token
            when 'address' then address_token
        end as thing_key,
        'declared' as source_code,
        declaration_id as source_id,
        holds_from_at as known_from_at,
        holds_until_at as known_until_at
    from declarations
),

-- "It was me" makes known what the alert was about.
acknowledged as (
    select
        answers.subject_key,
        rules.known_thing_type as thing_type,
        answers.dedup_key as thing_key,
        answers.reason_code as source_code,
        answers.feedback_id as source_id,
        answers.created_at as known_from_at,
        answers.expires_at as known_until_at
    from answers
    inner join rules on answers.rule_id = rules.rule_id
),

-- What a person recognises of a report's identity part, or of a login, may be any of several things.
broad_types as (
    {%- set comma = joiner('union all') -%}
    {%- for stated_type, thing_types in {
        'identity': ['phone', 'address', 'employer'], 'login': ['device', 'place', 'platform']
    }.items() -%}
    {%- for thing_type in thing_types %}
    {{ comma() }}
    select '{{ stated_type }}' as stated_type, '{{ thing_type }}' as thing_type
    {%- endfor -%}
    {%- endfor %}
),

named as (
    select * from declared
    where thing_key is not null
    union all
    select
        acknowledged.subject_key,
        coalesce(broad_types.thing_type, acknowledged.thing_type) as thing_type,
        acknowledged.thing_key,
        acknowledged.source_code,
        acknowledged.source_id,
        acknowledged.known_from_at,
        acknowledged.known_until_at
    from acknowledged
    left join broad_types on acknowledged.thing_type = broad_types.stated_type
),

-- Who knows a brand knows who books its loans, for as long as that is so.
co_lenders as (
    select
        named.subject_key,
        named.thing_type,
        aliases.institution_group as thing_key,
        named.source_code,
        named.source_id,
        greatest(named.known_from_at, {{ day_start('aliases.valid_from') }}) as known_from_at,
        least(
            coalesce(named.known_until_at, {{ day_start('aliases.valid_to') }}),
            coalesce({{ day_start('aliases.valid_to') }}, named.known_until_at)
        ) as known_until_at
    from named
    inner join aliases on named.thing_key = aliases.alias_group
    where named.thing_type = 'institution'
),

final as (
    select * from named
    union all
    select * from co_lenders
    where known_from_at < known_until_at or known_until_at is null
)

select * from final
