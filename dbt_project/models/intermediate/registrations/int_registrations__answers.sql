with

lines as (
    select
        *,
        'phone_lines' as count_type,
        cast(null as {{ dbt.type_string() }}) as number_tail,
        carrier_name as holder_name,
        lines_count as stated_count
    from {{ ref('stg_registered_lines') }}
),

accounts as (
    select
        *,
        account_type_code || '_accounts' as count_type,
        platform_name as holder_name,
        accounts_count as stated_count
    from {{ ref('stg_registered_accounts') }}
),

batches as (
    select * from {{ source('ledger', 'batches') }}
),

{% set shared -%}
    subject_key, count_type, number_tail, lookup_id, holder_name, stated_count, answered_at,
    first_received_at, _delivery_id, _line_number
{%- endset -%}
united as (
    select 'registered_lines' as feed, {{ shared }} from lines
    union all
    select 'registered_accounts' as feed, {{ shared }} from accounts
),

-- An answer may come piece by piece; where the look-up has no id, its pieces have one time.
keyed as (
    select
        united.*,
        {{ stable_id([
            'united.subject_key', 'united.count_type', 'united.number_tail',
            'coalesce(united.lookup_id, ' ~ timestamp_text('united.answered_at') ~ ')',
        ]) }} as answer_key,
        batches.loaded_at
    from united
    left join batches on united._delivery_id = batches.delivery_id
),

numbered as (
    select
        *,
        row_number() over (
            partition by answer_key
            order by holder_name, answered_at, _delivery_id, _line_number
        ) as holder_number
    from keyed
),

answers as (
    select
        answer_key,
        feed,
        subject_key,
        count_type,
        number_tail,
        cast(sum(stated_count) as bigint) as total_count,
        {{ ordered_list_text(
            "holder_name || ' ' || cast(stated_count as " ~ dbt.type_string() ~ ")", 'holder_number'
        ) }} as counts_by_holder,
        max(answered_at) as answered_at,
        max(first_received_at) as available_at,
        max(loaded_at) as detected_at,
        max(_delivery_id) as delivery_id
    from numbered
    group by answer_key, feed, subject_key, count_type, number_tail
),

first_lines as (
    select
        answer_key,
        _delivery_id,
        min(_line_number) as line_number
    from numbered
    group by answer_key, _delivery_id
),

final as (
    select
        answers.answer_key,
        answers.feed,
        answers.subject_key,
        answers.count_type,
        answers.number_tail,
        answers.total_count,
        answers.counts_by_holder,
        answers.answered_at,
        lag(answers.total_count) over (
            partition by answers.subject_key, answers.count_type, answers.number_tail
            order by answers.answered_at, answers.answer_key
        ) as previous_count,
        lag(answers.answered_at) over (
            partition by answers.subject_key, answers.count_type, answers.number_tail
            order by answers.answered_at, answers.answer_key
        ) as previous_answered_at,
        lag(answers.available_at) over (
            partition by answers.subject_key, answers.count_type, answers.number_tail
            order by answers.answered_at, answers.answer_key
        ) as previous_available_at,
        answers.available_at,
        answers.detected_at,
        answers.delivery_id,
        first_lines.line_number,
        {{ local_date('answers.answered_at') }} as business_date
    from answers
    inner join first_lines
        on answers.answer_key = first_lines.answer_key
        and answers.delivery_id = first_lines._delivery_id
)

select * from final
