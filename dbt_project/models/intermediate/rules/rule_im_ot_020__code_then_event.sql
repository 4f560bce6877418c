-- A code of an unknown lender or wallet, and within three days what such a code is good for.
{%- set rules_that_follow = [
    'rule_im_cr_001__unknown_loan_account', 'rule_im_cr_003__unknown_hard_enquiry',
    'rule_im_bk_013__large_first_payee', 'rule_im_bk_014__probe_then_drain',
] %}
with

codes as (
    select * from {{ ref('int_messages__platform_checks') }}
    where is_code and is_chain_start and history_code is null and platform_key is not null
),

messages as (
    select * from {{ ref('int_messages__messages') }}
),

platform_events as (
    select * from {{ ref('int_platforms__events') }}
),

lookup_keys as (
    select * from {{ ref('int_platforms__lookup_keys') }}
),

aliases as (
    select * from {{ ref('int_rulebook__institution_aliases') }}
),

suppressions as (
    select * from {{ ref('int_alerts__suppressions') }}
),

thresholds as (
    {{ thresholds(['window_hours']) }}
),

-- Credit reports know days, not hours: there a day counts from its beginning to its end.
followers as (
    {%- for name in rules_that_follow %}
    select
        flag_id as event_key,
        rule_id as what_code,
        subject_key,
        feed,
        stage_code,
        event_at,
        available_at,
        detected_at,
        dedup_key,
        exit_reason,
        suppression_reason,
        institution_group,
        {{ platform_key('institution_group') }} as group_key,
        amount_fen,
        place_name,
        channel_code,
        {{ 'true' if '_cr_' in name else 'false' }} as is_day_only,
        delivery_id,
        line_number
    from {{ ref(name) }}
    union all
    {%- endfor %}
    select
        message_id as event_key,
        message_class as what_code,
        subject_key,
        feed,
        case message_class when 'loan_notice' then 'S5' else 'S3' end as stage_code,
        event_at,
        available_at,
        detected_at,
        cast(null as {{ dbt.type_string() }}) as dedup_key,
        cast(null as {{ dbt.type_string() }}) as exit_reason,
        cast(null as {{ dbt.type_string() }}) as suppression_reason,
        institution_group,
        platform_key as group_key,
        cast(null as bigint) as amount_fen,
        cast(null as {{ dbt.type_string() }}) as place_name,
        'message' as channel_code,
        false as is_day_only,
        delivery_id,
        line_number
    from messages
    where message_class in ('account_change', 'loan_notice')
    union all
    select
        event_key,
        event_code as what_code,
        subject_key,
        'platform_events' as feed,
        'S3' as stage_code,
        occurred_at as event_at,
        available_at,
        detected_at,
        cast(null as {{ dbt.type_string() }}) as dedup_key,
        cast(null as {{ dbt.type_string() }}) as exit_reason,
        case when is_device_trusted then 'known_device' end as suppression_reason,
        institution_group,
        platform_key as group_key,
        cast(null as bigint) as amount_fen,
        place_key as place_name,
        'platform' as channel_code,
        false as is_day_only,
        delivery_id,
        line_number
    from platform_events
    where event_code in ('card_bound', 'device_bound')
),

pairs as (
    select
        codes.message_id,
        codes.platform_key,
        codes.institution_group as code_group,
        codes.event_at as code_at,
        codes.available_at as code_available_at,
        codes.detected_at as code_detected_at,
        codes.suppression_code,
        codes.lacks_history,
        followers.*
    from codes
    inner join thresholds on {{ in_force('codes.business_date') }}
    inner join followers
        on codes.subject_key = followers.subject_key
        and case
            when followers.is_day_only then {{ local_date('followers.event_at') }} >= codes.business_date
            else followers.event_at > codes.event_at
        end
        and followers.event_at <= {{ add_hours('codes.event_at', 'thresholds.window_hours') }}
),

code_names as (
    select
        platform_key,
        lookup_key
    from lookup_keys
    union
    select
        lookup_keys.platform_key,
        {{ platform_key('aliases.institution_group') }} as lookup_key
    from lookup_keys
    inner join aliases on lookup_keys.lookup_key = {{ platform_key('aliases.alias_group') }}
),

follower_names as (
    select
        platform_key as group_key,
        lookup_key
    from lookup_keys
    union
    select
        group_key,
        group_key as lookup_key
    from followers
    where group_key is not null
),

same_groups as (
    select distinct
        code_names.platform_key,
        follower_names.group_key
    from code_names
    inner join follower_names on code_names.lookup_key = follower_names.lookup_key
),

-- As fct_flags has it: an answer silences what becomes known after it, until it expires.
answered_codes as (
    select
        pairs.message_id,
        min(suppressions.reason_code) as reason_code
    from pairs
    inner join suppressions
        on pairs.subject_key = suppressions.subject_key
        and suppressions.rule_id = 'IM-OT-018'
        and pairs.platform_key = coalesce(suppressions.dedup_key, pairs.platform_key)
        and pairs.code_available_at >= suppressions.created_at
        and pairs.code_at < suppressions.expires_at
    group by pairs.message_id
),

answered_events as (
    select
        pairs.event_key,
        min(suppressions.reason_code) as reason_code
    from pairs
    inner join suppressions
        on pairs.subject_key = suppressions.subject_key
        and pairs.what_code = suppressions.rule_id
        and pairs.dedup_key = coalesce(suppressions.dedup_key, pairs.dedup_key)
        and pairs.available_at >= suppressions.created_at
        and pairs.event_at < suppressions.expires_at
    group by pairs.event_key
),

joined as (
    select
        pairs.*,
        same_groups.platform_key is not null as is_same_institution,
        case
            when pairs.exit_reason is not null then pairs.exit_reason
            when pairs.lacks_history then 'insufficient_history'
        end as chain_exit_reason,
        coalesce(
            pairs.suppression_code, answered_codes.reason_code,
            pairs.suppression_reason, answered_events.reason_code
        ) as chain_suppression_reason
    from pairs
    left join same_groups
        on pairs.platform_key = same_groups.platform_key
        and pairs.group_key = same_groups.group_key
    left join answered_codes on pairs.message_id = answered_codes.message_id
    left join answered_events on pairs.event_key = answered_events.event_key
    -- Other lenders' news of other loans has nothing to do with the code.
    where pairs.what_code <> 'loan_notice' or same_groups.platform_key is not null
),

-- Of several codes before it, an event is told with the one that says most.
told as (
    select
        *,
        greatest(code_at, event_at) as chain_at
    from joined
    qualify row_number() over (
        partition by event_key
        order by
            case when chain_exit_reason is null then 0 else 1 end,
            case when chain_suppression_reason is null then 0 else 1 end,
            case when is_same_institution then 0 else 1 end,
            code_at desc,
            message_id
    ) = 1
),

described as (
    select
        subject_key,
        feed,
        platform_key as dedup_key,
        event_key as source_id,
        chain_at as event_at,
        greatest(code_available_at, available_at) as available_at,
        greatest(code_detected_at, detected_at) as detected_at,
        {{ json_text({
            'platform': 'platform_key', 'code_at': timestamp_text('code_at'), 'followed_by': 'what_code',
            'followed_at': timestamp_text('event_at'),
            'minutes_between': 'case when not is_day_only then ' ~ integer_divide(
                'greatest(' ~ seconds_between('code_at', 'event_at') ~ ', 0)', 60
            ) ~ ' end',
            'is_same_institution': 'case when is_same_institution then 1 else 0 end',
        }) }} as evidence,
        chain_exit_reason as exit_reason,
        chain_suppression_reason as suppression_reason,
        stage_code,
        case when is_same_institution then 'critical' else 'high' end as severity_code,
        coalesce(institution_group, code_group) as institution_group,
        amount_fen,
        place_name,
        channel_code,
        delivery_id,
        line_number
    from told
),

final as (
    {{ rule_rows('described', stated=[
        'stage_code', 'severity_code', 'institution_group', 'amount_fen', 'place_name', 'channel_code',
    ]) }}
)

select * from final
