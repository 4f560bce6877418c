-- An identifier of a person was found in a leak: once per person and breach.
with

sightings as (
    select * from {{ ref('int_leaks__sightings') }}
),

data_classes as (
    select * from {{ ref('int_rulebook__leak_data_classes') }}
),

thresholds as (
    {{ thresholds(['recent_days', 'high_score', 'medium_score', 'low_score']) }}
),

class_ranks as (
    select
        sightings.sighting_key,
        max(data_classes.severity_rank) as class_rank
    from sightings
    inner join data_classes
        on sightings.data_classes like '%"' || data_classes.data_class || '"%'
        and {{ valid_on('data_classes', 'sightings.business_date') }}
    group by sightings.sighting_key
),

ranked as (
    select
        sightings.*,
        thresholds.high_score,
        thresholds.medium_score,
        thresholds.low_score,
        greatest(
            coalesce(class_ranks.class_rank, 1),
            case when sightings.has_id_number then 3 when sightings.has_password then 2 else 1 end
        )
        -- What is old or doubted is one degree lighter.
        - case
            when not sightings.is_verified then 1
            when {{ days_between('sightings.leaked_date', 'sightings.business_date') }} > thresholds.recent_days
                then 1
            else 0
        end as severity_rank
    from sightings
    inner join thresholds on {{ in_force('sightings.business_date') }}
    left join class_ranks on sightings.sighting_key = class_ranks.sighting_key
),

-- What tells most of a breach decides: a doubt only where nothing else is known.
summed as (
    select
        ranked.*,
        count(*) over (partition by subject_key, breach_key) as sighting_count,
        max(case when not is_false and not is_spam_list then severity_rank end) over (
            partition by subject_key, breach_key
        ) as breach_rank,
        max(case when is_false then 0 else 1 end) over (partition by subject_key, breach_key) as true_count,
        max(case when is_false or is_spam_list then 0 else 1 end) over (
            partition by subject_key, breach_key
        ) as grave_count
    from ranked
),

firsts as (
    select * from summed
    qualify row_number() over (
        partition by subject_key, breach_key
        order by
            case when is_false then 2 when is_spam_list then 1 else 0 end,
            event_at,
            available_at,
            sighting_key
    ) = 1
),

described as (
    select
        subject_key,
        feed,
        breach_key as dedup_key,
        sighting_key as source_id,
        event_at,
        available_at,
        detected_at,
        {{ json_text({
            'breach': 'breach_key', 'source_code': 'source_code', 'data_classes': 'data_classes',
            'leaked_date': 'cast(leaked_date as ' ~ dbt.type_string() ~ ')',
            'has_password': 'case when has_password then 1 else 0 end',
            'has_id_number': 'case when has_id_number then 1 else 0 end',
            'sighting_count': 'sighting_count',
        }) }} as evidence,
        case when true_count = 0 then 'parse_low_confidence' end as exit_reason,
        case when grave_count = 0 then 'spam_list' end as suppression_reason,
        case breach_rank when 3 then 'high' when 2 then 'medium' else 'low' end as severity_code,
        case breach_rank when 3 then high_score when 2 then medium_score else low_score end as base_score,
        delivery_id,
        line_number
    from firsts
),

final as (
    {{ rule_rows('described', stated=['severity_code', 'base_score']) }}
)

select * from final
