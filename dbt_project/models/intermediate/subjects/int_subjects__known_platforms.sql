with

known_things as (
    select * from {{ ref('int_subjects__known_things') }}
    where thing_type in ('platform', 'institution')
),

messages as (
    select * from {{ ref('int_messages__messages') }}
),

events as (
    select * from {{ ref('int_platforms__events') }}
),

accounts as (
    select * from {{ ref('stg_registered_accounts') }}
    where accounts_count > 0
),

wallets as (
    select * from {{ ref('int_wallets__movements') }}
),

banks as (
    select * from {{ ref('int_banks__movements') }}
    where bank_code is not null
),

classes as (
    select * from {{ ref('int_rulebook__platform_classes') }}
),

thresholds as (
    {{ thresholds(['learning_days'], owner='KNOWN-PLATFORM') }}
),

acknowledged as (
    {{ acknowledged_at_start('known_things') }}
),

ledger as (
    select
        subject_key,
        {{ platform_key('thing_key') }} as lookup_key,
        'known_' || thing_type as source_code,
        known_from_at,
        known_until_at
    from acknowledged
),

feed_starts as (
    select
        subject_key,
        feed,
        min(event_at) as started_at
    from messages
    group by subject_key, feed
),

customers as (
    select
        messages.subject_key,
        messages.platform_key as lookup_key,
        'service_message' as source_code,
        min(messages.event_at) as known_from_at
    from messages
    inner join feed_starts
        on messages.subject_key = feed_starts.subject_key
        and messages.feed = feed_starts.feed
    inner join thresholds on {{ in_force('messages.business_date') }}
    inner join classes
        on messages.platform_class = classes.platform_class
        and {{ valid_on('classes', 'messages.business_date') }}
    where
        messages.is_service_notice
        and messages.platform_key is not null
        -- A parcel harms nobody; a movement at a new bank may be a thief's.
        and (
            not classes.is_institution
            or messages.event_at
            < {{ add_hours('feed_starts.started_at', '24 * thresholds.learning_days') }}
        )
    group by messages.subject_key, messages.platform_key
),

-- An account is the person's own when it was opened or entered from a device of the person.
entered as (
    select
        subject_key,
        platform_key as lookup_key,
        'own_account' as source_code,
        min(occurred_at) as known_from_at
    from events
    where is_entry and (is_learning or is_device_trusted)
    group by subject_key, platform_key
),

first_answers as (
    select * from accounts
    qualify rank() over (
        partition by subject_key, coalesce(number_tail, '')
        order by answered_at
    ) = 1
),

answered as (
    select
        subject_key,
        {{ platform_key(institution_group('platform_name')) }} as lookup_key,
        'registered_account' as source_code,
        min(answered_at) as known_from_at
    from first_answers
    group by subject_key, {{ platform_key(institution_group('platform_name')) }}
),

-- Who hands over the bills of an account has it.
handed_over as (
    select
        subject_key,
        case feed
            when 'alipay_bills' then 'alipay'
            when 'wechat_bills' then 'wechat_pay'
            when 'jd_bills' then 'jd'
            when 'meituan_bills' then 'meituan'
        end as lookup_key,
        occurred_at as known_from_at
    from wallets
    union all
    select
        subject_key,
        {{ platform_key('bank_code') }} as lookup_key,
        {{ day_start('business_date') }} as known_from_at
    from banks
),

own_feeds as (
    select
        subject_key,
        lookup_key,
        'own_feed' as source_code,
        min(known_from_at) as known_from_at
    from handed_over
    where lookup_key is not null
    group by subject_key, lookup_key
),

seen as (
    select * from customers
    union all
    select * from own_feeds
    union all
    select * from entered
    union all
    select * from answered
),

final as (
    select
        subject_key,
        lookup_key,
        source_code,
        true as is_ledger,
        known_from_at,
        known_until_at
    from ledger
    union all
    select
        subject_key,
        lookup_key,
        source_code,
        false as is_ledger,
        known_from_at,
        cast(null as timestamp) as known_until_at
    from seen
)

select * from final
