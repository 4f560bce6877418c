with

account_changes as (
    select * from {{ ref('int_credit__account_changes') }}
),

account_events as (
{%- for event_type, condition, amount, before, after in [
    ('account_opened', 'is_opened', 'granted_fen', 'null', 'state_code'),
    ('account_closed', 'is_closed', 'balance_fen', 'previous_state_code', 'state_code'),
    ('status_changed', 'is_status_changed', 'overdue_fen', 'previous_state_code', 'state_code'),
    ('limit_changed', 'is_limit_changed', 'granted_fen', 'previous_granted_fen', 'granted_fen'),
] %}
    select
        '{{ event_type }}' as event_type,
        account_key as thing_key,
        subject_key,
        report_key,
        report_at,
        family_code as thing_type,
        institution_name,
        institution_group,
        {{ 'opened_date' if event_type == 'account_opened' else 'cast(null as date)' }} as thing_date,
        {{ amount }} as amount_fen,
        cast({{ before }} as {{ dbt.type_string() }}) as before_text,
        cast({{ after }} as {{ dbt.type_string() }}) as after_text,
        received_at,
        delivery_id,
        line_number
    from account_changes
    where {{ condition }}
    {{ 'union all' if not loop.last }}
{%- endfor %}
),

first_shown_events as (
{%- for event_type, relation, key, thing_type, group, thing_date, amount in [
    ('enquiry', 'int_credit__enquiries', 'enquiry_key', 'reason_name', 'institution_group', 'enquired_date', 'cast(null as bigint)'),
    ('liability_added', 'int_credit__liabilities', 'liability_key', 'debtor_type_code', 'institution_group', 'opened_date', 'liability_fen'),
    ('public_record_added', 'int_credit__public_records', 'record_key', 'record_type', 'institution_name', 'record_date', 'amount_fen'),
    ('identity_changed', 'int_credit__identity', 'identity_key', 'identity_type', 'institution_name', 'updated_date', 'cast(null as bigint)'),
] %}
    select
        '{{ event_type }}' as event_type,
        {{ key }} as thing_key,
        subject_key,
        report_key,
        first_report_at as report_at,
        {{ thing_type }} as thing_type,
        institution_name,
        {{ group }} as institution_group,
        {{ thing_date }} as thing_date,
        {{ amount }} as amount_fen,
        cast(null as {{ dbt.type_string() }}) as before_text,
        cast(null as {{ dbt.type_string() }}) as after_text,
        received_at,
        delivery_id,
        line_number
    from {{ ref(relation) }}
    where is_news{{ " and enquirer_code = 'institution'" if event_type == 'enquiry' }}
    {{ 'union all' if not loop.last }}
{%- endfor %}
),

events as (
    select * from account_events
    union all
    select * from first_shown_events
),

final as (
    select
        {{ stable_id(['event_type', 'thing_key', 'report_key']) }} as event_key,
        *
    from events
)

select * from final
