-- Money or an account that leaves the housing fund without a word from the person.
with

movements as (
    select * from {{ ref('int_housing_fund__movements') }}
),

plans as (
    select * from {{ ref('int_subjects__declared_plans') }}
),

thresholds as (
    {{ thresholds(['history_days', 'schedule_months', 'schedule_tolerance_ppm', 'declared_margin_days']) }}
),

-- A loan shows by its first repayment; a sealed account by its sealing.
leaving as (
    select
        movements.*,
        case business_code
            when 'withdrawal' then 'fund_withdrawal'
            when 'loan_repayment' then 'fund_loan'
            else 'job_change'
        end as plan_type,
        row_number() over (
            partition by subject_key, region_code, business_code
            order by posted_date, movement_key
        ) as occurrence_number
    from movements
    where business_code in ('withdrawal', 'loan_repayment', 'transfer_out', 'account_closed', 'sealed')
),

candidates as (
    select
        leaving.*,
        thresholds.history_days,
        thresholds.schedule_months,
        thresholds.schedule_tolerance_ppm,
        thresholds.declared_margin_days
    from leaving
    inner join thresholds on {{ in_force('leaving.posted_date') }}
    where leaving.business_code <> 'loan_repayment' or leaving.occurrence_number = 1
),

-- Rent is withdrawn month by month: the same about as much in each of the months before.
scheduled as (
    select
        candidates.movement_key
    from candidates
    inner join movements as earlier
        on candidates.subject_key = earlier.subject_key
        and candidates.region_code = earlier.region_code
        and candidates.business_code = earlier.business_code
        and candidates.posted_date > earlier.posted_date
        and candidates.posted_date <= {{ add_days('earlier.posted_date', '31 * candidates.schedule_months + 5') }}
        and abs(candidates.change_fen - earlier.change_fen) * 1000000
        <= abs(earlier.change_fen) * candidates.schedule_tolerance_ppm
    group by candidates.movement_key
    having
        count(distinct {{ month_text('earlier.posted_date') }}) >= max(candidates.schedule_months)
),

planned as (
    select distinct candidates.movement_key
    from candidates
    inner join plans
        on candidates.subject_key = plans.subject_key
        and candidates.plan_type = plans.plan_type
        and candidates.posted_date >= {{ add_days('plans.holds_from_date', '-candidates.declared_margin_days') }}
        and candidates.posted_date
        <= {{ add_days('coalesce(plans.holds_until_date, candidates.posted_date)', 'candidates.declared_margin_days') }}
        and candidates.available_at >= plans.recorded_at
),

described as (
    select
        candidates.subject_key,
        'housing_fund_payments' as feed,
        candidates.plan_type as dedup_key,
        candidates.movement_key as source_id,
        least({{ day_start('candidates.posted_date') }}, candidates.available_at) as event_at,
        candidates.available_at,
        candidates.detected_at,
        {{ json_text({
            'business_code': 'candidates.business_code', 'change_fen': 'candidates.change_fen',
            'posted_date': 'cast(candidates.posted_date as ' ~ dbt.type_string() ~ ')',
            'region_code': 'candidates.region_code',
        }) }} as evidence,
        -- What the first ledger tells of long ago happened before anybody watched.
        case
            when
                candidates.available_at = candidates.first_list_at
                and {{ day_start('candidates.posted_date') }}
                < {{ add_hours('candidates.first_list_at', '-24 * candidates.history_days') }}
                then 'no_prior_snapshot'
        end as exit_reason,
        case
            when planned.movement_key is not null then 'declared_plan'
            when scheduled.movement_key is not null then 'usual_schedule'
        end as suppression_reason,
        case when candidates.business_code = 'withdrawal' then 'S6' else 'S5' end as stage_code,
        abs(candidates.change_fen) as amount_fen,
        candidates.region_code as place_name,
        candidates.delivery_id,
        candidates.line_number
    from candidates
    left join planned on candidates.movement_key = planned.movement_key
    left join scheduled on candidates.movement_key = scheduled.movement_key
),

final as (
    {{ rule_rows('described', stated=['stage_code', 'amount_fen', 'place_name']) }}
)

select * from final
