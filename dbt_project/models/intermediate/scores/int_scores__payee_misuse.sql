{{ config(materialized='view') }}
-- A till or an account through which others were robbed: what answers have shown of a payee.
with

outflows as (
    select * from {{ ref('int_scores__measured_outflows') }}
    where payee_token is not null
),

misuse as (
    select
        movement_key,
        cast({{ days_between("cast('2000-01-01' as date)", local_date('known_from_at')) }} as bigint) as known_day
    from {{ ref('int_subjects__misuse') }}
),

thresholds as (
    {{ thresholds(['payee_days', 'min_payee_misuse_count'], owner='MOVEMENT-SCORE') }}
),

confirmed as (
    select outflows.payee_token, outflows.day_number, misuse.known_day
    from misuse
    inner join outflows on misuse.movement_key = outflows.movement_key
),

judged_days as (
    select distinct
        outflows.payee_token,
        outflows.day_number,
        thresholds.payee_days,
        thresholds.min_payee_misuse_count
    from outflows
    inner join confirmed
        on outflows.payee_token = confirmed.payee_token
        and outflows.day_number > confirmed.known_day
    inner join thresholds on {{ in_force('outflows.business_date') }}
    where confirmed.day_number >= outflows.day_number - thresholds.payee_days
),

known as (
    select
        judged_days.payee_token,
        judged_days.day_number,
        judged_days.min_payee_misuse_count,
        count(*) as misuse_count,
        min(confirmed.day_number) as first_day,
        max(confirmed.known_day - confirmed.day_number) as longest_wait
    from judged_days
    inner join confirmed
        on judged_days.payee_token = confirmed.payee_token
        and judged_days.day_number > confirmed.known_day
        and confirmed.day_number >= judged_days.day_number - judged_days.payee_days
    group by judged_days.payee_token, judged_days.day_number, judged_days.min_payee_misuse_count
),

-- Against what was paid there since the first of it and was old enough to have been answered.
paid as (
    select
        known.payee_token,
        known.day_number,
        known.misuse_count,
        count(*) as outflow_count
    from known
    inner join outflows
        on known.payee_token = outflows.payee_token
        and known.first_day <= outflows.day_number
        and greatest(known.day_number - 1 - known.longest_wait, known.first_day) >= outflows.day_number
    where known.misuse_count >= known.min_payee_misuse_count
    group by known.payee_token, known.day_number, known.misuse_count
),

final as (
    select
        payee_token,
        day_number,
        cast(misuse_count as bigint) as misuse_count,
        cast({{ integer_divide('1000000 * misuse_count', 'greatest(outflow_count, misuse_count)') }} as bigint) as share_ppm
    from paid
)

select * from final
