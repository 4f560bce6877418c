-- A one-time code, or a notice of an account, from a platform that the person does not know.
with

checks as (
    select * from {{ ref('int_messages__platform_checks') }}
    where history_code is null
),

described as (
    select
        checks.subject_key,
        checks.feed,
        coalesce(checks.platform_key, 'unnamed') as dedup_key,
        checks.message_id as source_id,
        checks.event_at,
        checks.available_at,
        checks.detected_at,
        {{ json_text({
            'message_class': 'checks.message_class', 'platform': 'checks.platform_key',
            'platform_class': 'checks.platform_class', 'sender_code': 'checks.sender_code',
            'app_id': 'checks.app_id', 'template_hash': 'checks.template_hash',
        }) }} as evidence,
        case
            when checks.platform_key is null then 'parse_low_confidence'
            when checks.lacks_history then 'insufficient_history'
        end as exit_reason,
        checks.suppression_code as suppression_reason,
        checks.severity_code,
        checks.base_score,
        checks.institution_group,
        checks.delivery_id,
        checks.line_number
    from checks
),

final as (
    {{ rule_rows('described', stated=['severity_code', 'base_score', 'institution_group']) }}
)

select * from final
