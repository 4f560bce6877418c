{#- Rakuten knows no approval: what it tells counts, and a cancellation is a row with negative
    amounts for the same order and item. -#}
{%- set item = ['partner_id', 'advertiser_id', 'order_id', 'sku_number'] -%}
{%- set by_item = 'partition by ' ~ item | join(', ') -%}

with

events as (
    {{ last_known_version(ref('stg_rakuten_transactions'), ['partner_id', 'event_id']) }}
),

sales as (
    select
        *,
        sum(sale_fen) over ({{ by_item }}) as sold_fen,
        min(transacted_at) over ({{ by_item }}) as sold_at
    from events
    where sale_fen >= 0
    qualify row_number() over ({{ by_item }} order by processed_at desc, event_id desc) = 1
),

cancellations as (
    select
        *,
        sum(sale_fen) over ({{ by_item }}) as cancelled_fen
    from events
    where sale_fen < 0
    qualify row_number() over ({{ by_item }} order by processed_at desc, event_id desc) = 1
),

joined as (
    select
        sales.*,
        {% for column in item -%}
        coalesce(sales.{{ column }}, cancellations.{{ column }}) as told_{{ column }},
        {% endfor -%}
        sales.sold_fen + cancellations.cancelled_fen as remaining_fen,
        cancellations.processed_at as cancelled_at,
        cancellations._delivery_id as update_delivery_id,
        cancellations._file_sha256 as update_file_sha256,
        cancellations._line_number as update_line_number,
        cancellations._received_at as update_received_at
    from sales
    full outer join cancellations
        on {% for column in item -%}
        sales.{{ column }} = cancellations.{{ column }}{{ ' and ' if not loop.last }}
        {%- endfor %}
),

mapped as (
    select
        told_partner_id as partner_id,
        told_advertiser_id || ':' || told_order_id || ':' || told_sku_number as network_deal_id,
        told_advertiser_id as programme_id,
        told_order_id as order_id,
        sold_at as occurred_at,
        sold_fen as amount_fen,
        currency_code,
        processed_at as approved_at,
        case when remaining_fen <= 0 then cancelled_at end as reversed_at,
        case when remaining_fen <= 0 then 'cancelled' end as reversal_reason_code,
        case when coalesce(remaining_fen, 1) > 0 then cancelled_at end as amended_at,
        case when remaining_fen > 0 then remaining_fen end as amended_fen,
        case when cancelled_at is not null and coalesce(remaining_fen, 1) > 0 then 'cancelled' end
            as amendment_reason_code,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at,
        update_delivery_id,
        update_file_sha256,
        update_line_number,
        update_received_at
    from joined
),

{{ network_deal_ctes('rakuten') }}

select * from final
