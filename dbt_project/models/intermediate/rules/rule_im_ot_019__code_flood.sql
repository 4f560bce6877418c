-- One-time codes of several unknown platforms within an hour, or many within a day.
{%- set windows = {} -%}
{%- for name in ['burst', 'flood'] -%}
    {%- do windows.update({
        name: "partition by subject_key, lacks_history order by event_at "
        ~ "range between interval '" ~ var('code_' ~ name ~ '_hours') ~ "' hour preceding and current row"
    }) -%}
{%- endfor %}
with

codes as (
    select
        *,
        case when suppression_code is null then platform_key end as unknown_key
    from {{ ref('int_messages__platform_checks') }}
    where is_code and history_code is null and platform_key is not null
),

thresholds as (
    {{ thresholds(['min_burst_count', 'min_burst_platforms', 'min_flood_count']) }}
),

counted as (
    select
        *,
        count(*) over ({{ windows.burst }}) as burst_count,
        {{ distinct_count_over('platform_key', windows.burst) }} as burst_platforms,
        count(*) over ({{ windows.flood }}) as flood_count,
        count(unknown_key) over ({{ windows.burst }}) as unknown_burst_count,
        {{ distinct_count_over('unknown_key', windows.burst) }} as unknown_burst_platforms,
        count(unknown_key) over ({{ windows.flood }}) as unknown_flood_count,
        max(suppression_code) over ({{ windows.flood }}) as silencing_code,
        max(available_at) over ({{ windows.flood }}) as flood_available_at,
        max(detected_at) over ({{ windows.flood }}) as flood_detected_at
    from codes
),

judged as (
    select
        counted.*,
        (
            counted.unknown_burst_count >= thresholds.min_burst_count
            and counted.unknown_burst_platforms >= thresholds.min_burst_platforms
        )
        or counted.unknown_flood_count >= thresholds.min_flood_count as is_unknown
    from counted
    inner join thresholds on {{ in_force('counted.business_date') }}
    where
        (
            counted.burst_count >= thresholds.min_burst_count
            and counted.burst_platforms >= thresholds.min_burst_platforms
        )
        or counted.flood_count >= thresholds.min_flood_count
),

companions as (
    select distinct
        judged.message_id,
        codes.platform_key
    from judged
    inner join codes
        on judged.subject_key = codes.subject_key
        and judged.lacks_history = codes.lacks_history
        and judged.event_at >= codes.event_at
        and judged.event_at <= {{ add_hours('codes.event_at', var('code_flood_hours')) }}
),

numbered as (
    select
        *,
        row_number() over (partition by message_id order by platform_key) as platform_number
    from companions
),

platforms as (
    select
        message_id,
        {{ ordered_list_text('platform_key', 'platform_number') }} as platform_keys
    from numbered
    group by message_id
),

described as (
    select
        judged.subject_key,
        judged.feed,
        'one_time_codes' as dedup_key,
        judged.message_id as source_id,
        judged.event_at,
        judged.flood_available_at as available_at,
        judged.flood_detected_at as detected_at,
        {{ json_text({
            'burst_count': 'judged.burst_count', 'burst_platforms': 'judged.burst_platforms',
            'flood_count': 'judged.flood_count', 'platforms': 'platforms.platform_keys',
        }) }} as evidence,
        case when judged.lacks_history then 'insufficient_history' end as exit_reason,
        case when not judged.is_unknown then judged.silencing_code end as suppression_reason,
        judged.delivery_id,
        judged.line_number
    from judged
    inner join platforms on judged.message_id = platforms.message_id
),

final as (
    {{ rule_rows('described') }}
)

select * from final
