with

audited as (
    select * from {{ ref('rpt_suppression_audit') }}
),

rules as (
    select * from {{ ref('dim_rules') }}
),

final as (
    select
        {{ stable_id([
            'audited.rule_id', 'audited.source_code', 'audited.reason_code', 'audited.suppression_id',
        ]) }} as audit_id,
        audited.rule_id,
        rules.rule_name_zh,
        rules.rule_name_en,
        audited.source_code,
        audited.reason_code,
        audited.suppression_id,
        audited.author_id,
        audited.created_at,
        audited.expires_at,
        audited.flag_count,
        audited.subject_count,
        audited.base_score,
        audited.amount_fen,
        audited.first_event_at,
        audited.last_event_at,
        audited.harm_flag_count,
        audited.harm_amount_fen
    from audited
    left join rules on audited.rule_id = rules.rule_id
)

select * from final
