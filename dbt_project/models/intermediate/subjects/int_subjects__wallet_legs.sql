{#- The bank's leg of what a wallet moved: same person, same amount, the same day or a day apart. Each
    wallet movement takes one line and each line is taken once: equal ones are numbered in order and
    paired by number, first of the same day, then booked a day later, then a day earlier. -#}
{{ judged_by_day() }}
{%- set offsets = [0, 1, -1] -%}
with

wallets as (
    select * from {{ ref('int_wallets__movements') }} as movements
    where
        {{ only_judged('movements', lookback_days=var('settle_days')) }}
        and movement_type in ('spend', 'refund', 'internal') and stated_fen > 0
),

banks as (
    select * from {{ ref('int_banks__movements') }} as movements
    where
        {{ only_judged('movements', lookback_days=var('settle_days')) }}
        and stated_fen > 0 and coalesce(currency_code, 'CNY') = 'CNY'
),

words as (
    select * from {{ ref('int_rulebook__statement_words') }}
    where word_type = 'bank_card'
),

card_names as (
    select distinct methods.payment_method_name
    from (select distinct payment_method_name from wallets) as methods
    inner join words on methods.payment_method_name like words.word_pattern
),

-- A wallet that says it drew on its own balance drew on no card.
drawn as (
    select
        wallets.*,
        card_names.payment_method_name is not null as names_card
    from wallets
    left join card_names on wallets.payment_method_name = card_names.payment_method_name
    where
        card_names.payment_method_name is not null
        or wallets.payment_method_name is null
        or wallets.movement_type <> 'spend'
),

-- Money that moves within the wallet may go either way between it and the account.
sides as (
    select *, 'out' as side_code from drawn
    where movement_type in ('spend', 'internal')
    union all
    select *, 'in' as side_code from drawn
    where movement_type in ('refund', 'internal')
),

lines as (
    select
        *,
        case when amount_fen < 0 then 'out' else 'in' end as side_code
    from banks
),

-- Either side must tell of the other: the wallet a card, the bank a wallet or the same payee.
candidates as (
    select distinct
        sides.movement_key as wallet_movement_key,
        lines.movement_key as bank_movement_key,
        sides.occurred_at as wallet_occurred_at,
        sides.subject_key,
        sides.side_code,
        sides.stated_fen,
        sides.business_date as wallet_date,
        lines.business_date as bank_date
    from sides
    inner join lines
        on sides.subject_key = lines.subject_key
        and sides.stated_fen = lines.stated_fen
        and sides.side_code = lines.side_code
        and lines.business_date >= {{ add_days('sides.business_date', -1) }}
        and lines.business_date <= {{ add_days('sides.business_date', 1) }}
        and (sides.names_card or lines.names_wallet or sides.payee_token = lines.payee_token)
),

wallet_sides as (
    select distinct
        wallet_movement_key, wallet_occurred_at, subject_key, side_code, stated_fen, wallet_date
    from candidates
),

bank_lines as (
    select distinct bank_movement_key, subject_key, side_code, stated_fen, bank_date from candidates
),
{% for offset in offsets %}
{%- set step = loop.index %}
wallets_{{ step }} as (
    select
        wallet_sides.*,
        row_number() over (
            partition by
                wallet_sides.subject_key,
                wallet_sides.side_code,
                wallet_sides.stated_fen,
                wallet_sides.wallet_date
            order by wallet_sides.wallet_occurred_at, wallet_sides.wallet_movement_key
        ) as equal_number
    from wallet_sides
    {%- for earlier in range(1, step) %}
    left join pairs_{{ earlier }}
        on wallet_sides.wallet_movement_key = pairs_{{ earlier }}.wallet_movement_key
    {%- endfor %}
    {%- if step > 1 %}
    where
        {%- for earlier in range(1, step) %}
        {{ 'and ' if not loop.first }}pairs_{{ earlier }}.wallet_movement_key is null
        {%- endfor %}
    {%- endif %}
),

banks_{{ step }} as (
    select
        bank_lines.*,
        row_number() over (
            partition by
                bank_lines.subject_key,
                bank_lines.side_code,
                bank_lines.stated_fen,
                bank_lines.bank_date
            order by bank_lines.bank_movement_key
        ) as equal_number
    from bank_lines
    {%- for earlier in range(1, step) %}
    left join pairs_{{ earlier }}
        on bank_lines.bank_movement_key = pairs_{{ earlier }}.bank_movement_key
    {%- endfor %}
    {%- if step > 1 %}
    where
        {%- for earlier in range(1, step) %}
        {{ 'and ' if not loop.first }}pairs_{{ earlier }}.bank_movement_key is null
        {%- endfor %}
    {%- endif %}
),

pairs_{{ step }} as (
    select
        wallets_{{ step }}.wallet_movement_key,
        banks_{{ step }}.bank_movement_key,
        banks_{{ step }}.subject_key,
        banks_{{ step }}.bank_date
    from wallets_{{ step }}
    inner join banks_{{ step }}
        on wallets_{{ step }}.subject_key = banks_{{ step }}.subject_key
        and wallets_{{ step }}.side_code = banks_{{ step }}.side_code
        and wallets_{{ step }}.stated_fen = banks_{{ step }}.stated_fen
        and wallets_{{ step }}.equal_number = banks_{{ step }}.equal_number
        and banks_{{ step }}.bank_date = {{ add_days('wallets_' ~ step ~ '.wallet_date', offset) }}
),
{% endfor %}
paired as (
    {%- for offset in offsets %}
    select
        bank_movement_key,
        wallet_movement_key,
        subject_key,
        cast({{ offset }} as bigint) as booked_after_days,
        bank_date as business_date
    from pairs_{{ loop.index }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select * from paired
    where {{ only_judged('paired') }}
)

select * from final
