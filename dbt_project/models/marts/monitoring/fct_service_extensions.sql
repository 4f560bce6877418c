with

cases as (
    select * from {{ ref('fct_case_lifecycle') }}
    where outcome_code = 'confirmed_misuse' and confirmed_at is not null
),

subscriptions as (
    select * from {{ ref('stg_subscriptions') }}
),

given as (
    select * from {{ ref('int_cases__given_extensions') }}
),

thresholds as (
    {{ thresholds(['extension_days'], owner='EXTENSION') }}
),

granted as (
    select
        cases.subject_key,
        subscriptions.subscription_id,
        cases.case_id,
        cases.confirmed_at,
        thresholds.extension_days,
        given.given_at,
        coalesce(given.service_until_at, subscriptions.service_until_at) as service_until_at
    from cases
    inner join subscriptions
        on cases.subject_key = subscriptions.subject_key
        and cases.confirmed_at >= subscriptions.started_at
        and cases.confirmed_at < subscriptions.service_until_at
    inner join thresholds on {{ in_force(local_date('cases.confirmed_at')) }}
    left join given
        on subscriptions.subscription_id = given.subscription_id
        and cases.case_id = given.case_id
),

-- What is still to be given comes one after the other behind the service's end as it is now.
queued as (
    select
        *,
        coalesce(sum(case when given_at is null then extension_days end) over (
            partition by subscription_id
            order by confirmed_at, case_id
            rows between unbounded preceding and 1 preceding
        ), 0) as queued_days
    from granted
),

dated as (
    select
        *,
        case
            when given_at is not null
                then {{ add_days(local_date('service_until_at'), '-extension_days') }}
            else {{ add_days(local_date('service_until_at'), 'queued_days') }}
        end as extended_from_date
    from queued
),

final as (
    select
        subject_key,
        subscription_id,
        case_id,
        confirmed_at,
        extended_from_date,
        {{ add_days('extended_from_date', 'extension_days') }} as extended_until_date,
        extension_days,
        given_at is not null as is_given,
        given_at
    from dated
)

select * from final
