{{ replaces('changed_days', 'int_banks__changed_days') }}
with

{% if builds_only_new() -%}
changed_lines as (
    select statements.*
    from {{ source('raw', 'bank_statements') }} as statements
    inner join {{ ref('int_banks__changed_days') }} as changed
        on statements.subject_key = changed.subject_key
        and statements.transaction_date = changed.business_date
),

{% endif -%}
lines as (
    select *
    from {% if builds_only_new() %}({{ staged_bank_statements('changed_lines') }}) as staged
    {%- else %}{{ ref('stg_bank_statements') }}{% endif %}
),

batches as (
    select * from {{ source('ledger', 'batches') }}
),

words as (
    select * from {{ ref('int_rulebook__statement_words') }}
    where word_type <> 'bank_card'
),

-- A remark may be the words of whoever ordered the transfer; it can name a wallet and nothing else.
texts as (
    select
        line_key,
        transaction_date,
        coalesce(transaction_type_name, '') || ' ' || coalesce(channel_name, '') as words_text,
        false as is_remark
    from lines
    union all
    select
        line_key,
        transaction_date,
        remark as words_text,
        true as is_remark
    from lines
    where remark is not null
),

-- Banks say the same few things again and again: each is searched once.
said as (
    select distinct words_text from texts
),

found as (
    select
        said.words_text,
        words.word_type,
        words.valid_from,
        words.valid_to
    from said
    inner join words on said.words_text like words.word_pattern
),

told as (
    select
        texts.line_key,
        max(case when found.word_type = 'wallet' then 1 else 0 end) = 1 as names_wallet,
        max(case when found.word_type = 'passive' then 1 else 0 end) = 1 as is_passive,
        max(case when found.word_type = 'own_move' then 1 else 0 end) = 1 as is_own_move,
        max(case when found.word_type = 'card_present' then 1 else 0 end) = 1 as is_card_present
    from texts
    inner join found
        on texts.words_text = found.words_text
        and (found.word_type = 'wallet' or not texts.is_remark)
        and texts.transaction_date >= found.valid_from
        and (texts.transaction_date < found.valid_to or found.valid_to is null)
    group by texts.line_key
),

final as (
    select
        lines.line_key as movement_key,
        'bank_statements' as feed,
        lines.subject_key,
        lines.authorisation_id,
        lines.bank_code,
        lines.account_token,
        lines.transaction_id as trade_id,
        lines.occurred_at,
        {{ local_hour('lines.occurred_at') }} as local_hour,
        lines.movement_type,
        lines.movement_type = 'spend' as is_outflow,
        coalesce(lines.counterparty_token, lines.counterparty_account_token) as payee_token,
        abs(lines.amount_fen) as stated_fen,
        lines.amount_fen,
        lines.currency_code,
        lines.balance_fen,
        coalesce(told.names_wallet, false) as names_wallet,
        coalesce(told.is_passive, false) as is_passive,
        coalesce(told.is_own_move, false) as is_own_move,
        coalesce(told.is_card_present, false) as is_card_present,
        lines.location_name as place_name,
        lines.first_received_at as available_at,
        batches.loaded_at as detected_at,
        lines._delivery_id as delivery_id,
        lines._line_number as line_number,
        lines.transaction_date as business_date
    from lines
    left join batches on lines._delivery_id = batches.delivery_id
    left join told on lines.line_key = told.line_key
)

select * from final
