with

declarations as (
    select * from {{ ref('stg_declarations') }}
),

answers as (
    select * from {{ ref('int_alerts__suppressions') }}
),

rules as (
    select * from {{ ref('int_rulebook__rules') }}
    where known_thing_type is not null
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

final as (
    select * from declared
    where thing_key is not null
    union all
    select * from acknowledged
)

select * from final
