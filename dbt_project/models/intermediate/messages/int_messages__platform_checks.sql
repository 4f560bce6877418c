with

messages as (
    select * from {{ ref('int_messages__messages') }}
),

lookup_keys as (
    select * from {{ ref('int_platforms__lookup_keys') }}
),

known_platforms as (
    select * from {{ ref('int_subjects__known_platforms') }}
),

classes as (
    select * from {{ ref('int_rulebook__platform_classes') }}
),

plans as (
    select * from {{ ref('int_subjects__declared_plans') }}
    where plan_type in ('loan_application', 'card_application', 'credit_shopping')
),

phones as (
    select * from {{ ref('int_subjects__known_things') }}
    where thing_type = 'phone' and source_code = 'declared'
),

thresholds as (
    {{ thresholds(['learning_days'], owner='KNOWN-PLATFORM') }}
),

feed_starts as (
    select
        subject_key,
        feed,
        min(event_at) as started_at
    from messages
    group by subject_key, feed
),

asked as (
    select
        subject_key,
        min(known_from_at) as asked_institutions_at,
        min(case when source_code = 'known_platform' then known_from_at end) as asked_platforms_at
    from known_platforms
    where is_ledger
    group by subject_key
),

judged as (
    select * from messages
    where is_code or is_enrolment_notice
),

-- A further number was somebody else's before, whose codes it goes on to get.
further_numbers as (
    select
        subject_key,
        known_from_at as number_from_at
    from phones
    qualify rank() over (partition by subject_key order by known_from_at) > 1
),

on_new_number as (
    select distinct judged.message_id
    from judged
    inner join thresholds on {{ in_force('judged.business_date') }}
    inner join further_numbers
        on judged.subject_key = further_numbers.subject_key
        and judged.event_at >= further_numbers.number_from_at
        and judged.event_at
        < {{ add_hours('further_numbers.number_from_at', '24 * thresholds.learning_days') }}
),

named as (
    select
        judged.message_id,
        judged.subject_key,
        judged.event_at,
        lookup_keys.lookup_key
    from judged
    inner join lookup_keys on judged.platform_key = lookup_keys.platform_key
),

-- Who applies for credit somewhere gets codes from there.
planned as (
    select distinct named.message_id
    from named
    inner join plans
        on named.subject_key = plans.subject_key
        and named.event_at >= plans.holds_from_at
        and (named.event_at < plans.holds_until_at or plans.holds_until_at is null)
        and named.lookup_key
        = coalesce({{ platform_key('plans.institution_group') }}, named.lookup_key)
),

known as (
    select
        named.message_id,
        max(case when not known_platforms.is_ledger then known_platforms.source_code end) as history_code,
        max(case when known_platforms.is_ledger then known_platforms.source_code end) as ledger_code
    from named
    inner join known_platforms
        on named.subject_key = known_platforms.subject_key
        and named.lookup_key = known_platforms.lookup_key
        and (
            named.event_at > known_platforms.known_from_at
            or (known_platforms.is_ledger and named.event_at = known_platforms.known_from_at)
        )
        and (
            named.event_at < known_platforms.known_until_at
            or known_platforms.known_until_at is null
        )
    group by named.message_id
),

final as (
    select
        judged.*,
        known.history_code,
        case
            when known.ledger_code is not null then known.ledger_code
            when planned.message_id is not null and classes.is_institution then 'declared_plan'
            -- Who borrows or pays by somebody's number does not wait until it is old.
            when on_new_number.message_id is not null and not classes.is_chain_start then 'new_number'
        end as suppression_code,
        classes.severity_code,
        classes.base_score,
        classes.is_chain_start,
        judged.event_at < {{ add_hours('feed_starts.started_at', '24 * thresholds.learning_days') }}
        and not coalesce(
            judged.event_at >= asked.asked_platforms_at
            or (classes.is_institution and judged.event_at >= asked.asked_institutions_at),
            false
        ) as lacks_history
    from judged
    inner join feed_starts
        on judged.subject_key = feed_starts.subject_key
        and judged.feed = feed_starts.feed
    inner join thresholds on {{ in_force('judged.business_date') }}
    inner join classes
        on judged.platform_class = classes.platform_class
        and {{ valid_on('classes', 'judged.business_date') }}
    left join planned on judged.message_id = planned.message_id
    left join on_new_number on judged.message_id = on_new_number.message_id
    left join asked on judged.subject_key = asked.subject_key
    left join known on judged.message_id = known.message_id
)

select * from final
