-- Contributions paid by an employer whom the person does not know, or by two in different regions.
with

contributions as (
    select
        contribution_key,
        subject_key,
        region_code,
        coalesce(employer_key, 'unnamed') as employer_key,
        first_month,
        first_month_number,
        last_month_number,
        contribution_base_fen,
        is_of_first_list,
        available_at,
        detected_at,
        delivery_id,
        line_number
    from {{ ref('int_social__contributions') }}
),

known_things as (
    select * from {{ ref('int_subjects__known_things') }}
    where thing_type = 'employer'
),

aliases as (
    select * from {{ ref('stg_employer_aliases') }}
),

employers as (
    select
        subject_key,
        employer_key,
        min(first_month_number) as first_month_number,
        max(last_month_number) as last_month_number,
        max(contribution_base_fen) as contribution_base_fen,
        max(case when is_of_first_list then 1 else 0 end) = 1 as is_of_first_list
    from contributions
    group by subject_key, employer_key
),

first_contributions as (
    select * from contributions
    qualify row_number() over (
        partition by subject_key, employer_key
        order by first_month_number, available_at, contribution_key
    ) = 1
),

told as (
    select
        subject_key,
        employer_key,
        min(available_at) as available_at,
        min(detected_at) as detected_at
    from contributions
    group by subject_key, employer_key
),

-- Of two employers in one month the later one is the stranger.
concurrent as (
    select
        contributions.subject_key,
        contributions.employer_key,
        min(others.region_code) as other_region_code
    from contributions
    inner join contributions as others
        on contributions.subject_key = others.subject_key
        and contributions.employer_key <> others.employer_key
        and contributions.region_code <> others.region_code
        and contributions.first_month_number <= others.last_month_number
        and contributions.last_month_number >= others.first_month_number
        and contributions.first_month_number > others.first_month_number
    group by contributions.subject_key, contributions.employer_key
),

judged as (
    select
        employers.subject_key,
        employers.employer_key,
        first_contributions.contribution_key,
        first_contributions.region_code,
        first_contributions.first_month,
        employers.last_month_number - employers.first_month_number + 1 as months_count,
        employers.contribution_base_fen,
        employers.is_of_first_list,
        concurrent.other_region_code,
        told.available_at,
        told.detected_at,
        least(
            {{ day_start("cast(first_contributions.first_month || '-01' as date)") }}, told.available_at
        ) as event_at,
        first_contributions.delivery_id,
        first_contributions.line_number
    from employers
    inner join first_contributions
        on employers.subject_key = first_contributions.subject_key
        and employers.employer_key = first_contributions.employer_key
    inner join told
        on employers.subject_key = told.subject_key
        and employers.employer_key = told.employer_key
    left join concurrent
        on employers.subject_key = concurrent.subject_key
        and employers.employer_key = concurrent.employer_key
),

declared as (
    select distinct subject_key from known_things
),

-- Lists come weeks after the month: what counts is what was known when the list came.
known as (
    select distinct
        judged.subject_key,
        judged.employer_key
    from judged
    inner join known_things
        on judged.subject_key = known_things.subject_key
        and judged.employer_key = known_things.thing_key
        and judged.available_at >= known_things.known_from_at
        and judged.event_at < coalesce(known_things.known_until_at, {{ add_hours('judged.event_at', 1) }})
),

paid_by_agent as (
    select distinct
        judged.subject_key,
        judged.employer_key
    from judged
    inner join aliases
        on judged.employer_key = aliases.agent_token
        and judged.event_at >= aliases.holds_from_at
        and judged.event_at < coalesce(aliases.holds_until_at, {{ add_hours('judged.event_at', 1) }})
    left join known_things
        on judged.subject_key = known_things.subject_key
        and aliases.employer_token = known_things.thing_key
    where aliases.employer_token is null or known_things.subject_key is not null
),

graded as (
    select
        judged.*,
        case
            when judged.employer_key = 'unnamed' then 'parse_low_confidence'
            -- Who was asked and left an employer of the first list out does not know it.
            when
                judged.is_of_first_list
                and judged.other_region_code is null
                and declared.subject_key is null
                then 'no_prior_snapshot'
        end as exit_reason,
        case
            when known.subject_key is not null then 'known_employer'
            when paid_by_agent.subject_key is not null then 'payroll_agent'
        end as suppression_reason
    from judged
    left join declared on judged.subject_key = declared.subject_key
    left join known
        on judged.subject_key = known.subject_key
        and judged.employer_key = known.employer_key
    left join paid_by_agent
        on judged.subject_key = paid_by_agent.subject_key
        and judged.employer_key = paid_by_agent.employer_key
),

described as (
    select
        subject_key,
        'social_insurance_payments' as feed,
        employer_key as dedup_key,
        contribution_key as source_id,
        event_at,
        available_at,
        detected_at,
        {{ json_text({
            'region_code': 'region_code', 'first_month': 'first_month', 'months_count': 'months_count',
            'contribution_base_fen': 'contribution_base_fen', 'other_region_code': 'other_region_code',
        }) }} as evidence,
        exit_reason,
        suppression_reason,
        region_code as place_name,
        delivery_id,
        line_number
    from graded
),

final as (
    {{ rule_rows('described', stated=['place_name']) }}
)

select * from final
