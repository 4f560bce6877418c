-- A card in the credit report of an issuer of which the person knows nothing, and its first use.
with

accounts as (
    select * from {{ ref('int_credit__account_origins') }}
    where family_code in ('credit_card', 'quasi_credit_card')
),

plans as (
    select * from {{ ref('int_credit__declared_plans') }}
    where plan_type in ('card_application', 'credit_shopping')
),

thresholds as (
    {{ thresholds(['plan_before_days', 'plan_after_days', 'first_report_score', 'unused_score']) }}
),

-- A card in two currencies is two accounts of one issuer and day.
cards as (
    select
        *,
        {{ stable_id(['subject_key', 'institution_group', 'opened_date']) }} as card_key,
        max(granted_fen) over (
            partition by subject_key, institution_group, opened_date
        ) as card_limit_fen,
        count(*) over (
            partition by subject_key, institution_group, opened_date
        ) as accounts_count,
        {%- for column in ['used_report_at', 'used_available_at', 'used_detected_at', 'available_at', 'detected_at'] %}
        min({{ column }}) over (
            partition by subject_key, institution_group, opened_date
        ) as card_{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from accounts
    qualify row_number() over (
        partition by subject_key, institution_group, opened_date
        order by first_report_at, account_key
    ) = 1
),

planned as (
    select distinct cards.card_key
    from cards
    inner join thresholds on {{ in_force(local_date('cards.event_at')) }}
    inner join plans
        on cards.subject_key = plans.subject_key
        and (plans.institution_group is null or cards.institution_group = plans.institution_group)
        and plans.holds_from_date
        <= {{ add_days('cards.opened_date', 'thresholds.plan_after_days') }}
        and (
            plans.holds_until_date is null
            or plans.holds_until_date
            >= {{ add_days('cards.opened_date', '-thresholds.plan_before_days') }}
        )
),

facts as (
    select
        *,
        'opened' as fact_code,
        event_at as fact_at,
        card_available_at as fact_available_at,
        card_detected_at as fact_detected_at,
        coalesce(card_used_report_at = first_report_at, false) as is_used
    from cards
    union all
    select
        *,
        'first_used' as fact_code,
        card_used_report_at as fact_at,
        card_used_available_at as fact_available_at,
        card_used_detected_at as fact_detected_at,
        true as is_used
    from cards
    where card_used_report_at > first_report_at and not is_of_first_report
),

described as (
    select
        facts.subject_key,
        'credit_reports' as feed,
        coalesce(facts.institution_group, 'unnamed') as dedup_key,
        facts.card_key || ':' || facts.fact_code as source_id,
        facts.fact_at as event_at,
        facts.fact_available_at as available_at,
        facts.fact_detected_at as detected_at,
        {{ json_text({
            'fact_code': 'facts.fact_code',
            'opened_date': "cast(facts.opened_date as " ~ dbt.type_string() ~ ")",
            'granted_fen': 'facts.card_limit_fen',
            'currency_code': 'facts.currency_code', 'state_code': 'facts.state_code',
            'accounts_count': 'facts.accounts_count',
            'report_at': timestamp_text('facts.first_report_at'),
            'previous_report_at': timestamp_text('facts.previous_report_at'),
        }) }} as evidence,
        cast(null as {{ dbt.type_string() }}) as exit_reason,
        -- What the first report shows is known when the person says so, not by being there.
        case
            when facts.is_acknowledged or (facts.is_known and not facts.is_of_first_report)
                then 'known_institution'
            when planned.card_key is not null then 'declared_plan'
        end as suppression_reason,
        case
            when facts.is_of_first_report then 'medium'
            when facts.is_used then 'critical'
            else 'high'
        end as severity_code,
        case
            when facts.is_of_first_report then thresholds.first_report_score
            when facts.is_used then {{ rule_meta().base_score }}
            else thresholds.unused_score
        end as base_score,
        facts.institution_group,
        facts.card_limit_fen as amount_fen,
        facts.delivery_id,
        facts.line_number
    from facts
    inner join thresholds on {{ in_force(local_date('facts.event_at')) }}
    left join planned on facts.card_key = planned.card_key
),

final as (
    {{ rule_rows('described', stated=['severity_code', 'base_score', 'institution_group', 'amount_fen']) }}
)

select * from final
