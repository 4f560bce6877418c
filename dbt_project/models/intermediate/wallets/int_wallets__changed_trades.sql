{#- Trades that refunds tie together are judged together. With Alipay and JD they share a number; with
    the others what ties them may run from trade to trade, so that there all of the person's trades
    count as changed when a changed one is tied to any other. -#}
{%- set feeds = {
    'alipay_bills': {'numbers': ["split_part(split_part(trade_id, '_', 1), '*', 1)"], 'is_tied_by_number': true},
    'jd_bills': {'numbers': ['trade_id'], 'is_tied_by_number': true},
    'wechat_bills': {'numbers': ['trade_id', 'merchant_order_id'], 'is_tied_by_number': false},
    'meituan_bills': {
        'numbers': ["coalesce(description, '') || '|' || cast(paid_fen as " ~ dbt.type_string() ~ ")"],
        'is_tied_by_number': false,
    },
} -%}
{%- for feed in feeds if not execute -%}{%- do source('raw', feed) -%}{%- endfor -%}
with

new_deliveries as (
    select * from {{ ref('int_service__new_deliveries') }}
),

{% if only_new_is_asked() -%}
{%- for feed, tie in feeds.items() -%}
{%- set raw = source('raw', feed) -%}
-- The receipt is one of the keys because rows lie in its order: days of other receipts are not read.
{{ feed }}_new as (
    select distinct
        bills.subject_key,
        bills.trade_id,
        bills.occurred_at,
        bills._business_date
    from {{ raw }} as bills
    inner join new_deliveries
        on bills._delivery_id = new_deliveries.delivery_id
        and bills._received_at = new_deliveries.received_at
),

{% if tie.is_tied_by_number -%}
{{ feed }}_numbers as (
    select
        subject_key,
        trade_id,
        occurred_at,
        {{ tie.numbers[0] }} as number_text
    from {{ feed }}_new
),

{% else -%}
-- Every version of them: what tied an earlier one may be cut now.
{{ feed }}_numbers as (
    select distinct
        versions.subject_key,
        versions.trade_id,
        versions.occurred_at,
        versions.number_text
    from (
        {%- for number in tie.numbers %}
        select subject_key, trade_id, occurred_at, _business_date, {{ number }} as number_text
        from {{ raw }}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as versions
    inner join {{ feed }}_new as new_trades
        on versions.subject_key = new_trades.subject_key
        and versions.trade_id = new_trades.trade_id
        and versions.occurred_at = new_trades.occurred_at
        and versions._business_date = new_trades._business_date
    where versions.number_text is not null
),

{% endif -%}
{{ feed }}_tied as (
    select distinct
        bills.subject_key,
        bills.trade_id,
        bills.occurred_at,
        bills._business_date
    from (
        {%- for number in tie.numbers %}
        select subject_key, trade_id, occurred_at, _business_date, {{ number }} as number_text
        from {{ raw }}
        where subject_key in (select subject_key from {{ feed }}_new)
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as bills
    inner join {{ feed }}_numbers as numbers
        on bills.subject_key = numbers.subject_key
        and bills.number_text = numbers.number_text
        and (bills.trade_id <> numbers.trade_id or bills.occurred_at <> numbers.occurred_at)
),

{% if not tie.is_tied_by_number -%}
{{ feed }}_tied_people as (
    select distinct subject_key from {{ feed }}_tied
),

{% endif -%}
{{ feed }}_changed as (
    select * from {{ feed }}_new
    union
    {%- if tie.is_tied_by_number %}
    select * from {{ feed }}_tied
    {%- else %}
    select
        bills.subject_key,
        bills.trade_id,
        bills.occurred_at,
        bills._business_date
    from {{ raw }} as bills
    inner join {{ feed }}_tied_people as tied on bills.subject_key = tied.subject_key
    {%- endif %}
),

{% endfor -%}
final as (
    {%- for feed in feeds %}
    select
        '{{ feed }}' as feed,
        subject_key,
        trade_id,
        occurred_at,
        _business_date as business_date
    from {{ feed }}_changed
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)
{%- else -%}
final as (
    select
        cast(null as {{ dbt.type_string() }}) as feed,
        cast(null as {{ dbt.type_string() }}) as subject_key,
        cast(null as {{ dbt.type_string() }}) as trade_id,
        cast(null as timestamp) as occurred_at,
        cast(null as date) as business_date
    from new_deliveries
    where false
)
{%- endif %}

select * from final
