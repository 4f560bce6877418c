with

orders as (
    {{ last_known_version(ref('stg_taobao_orders'), ['partner_id', 'trade_id']) }}
),

judged as (
    select
        *,
        coalesce(modified_at, earned_at, _received_at) as changed_at,
        status_code = 'settled' and settled_fen <> total_fen as is_amended
    from orders
),

mapped as (
    select
        partner_id,
        trade_id as network_deal_id,
        adzone_id as programme_id,
        trade_parent_id as order_id,
        coalesce(paid_at, created_at) as occurred_at,
        total_fen as amount_fen,
        'CNY' as currency_code,
        case when status_code in ('received', 'settled') then coalesce(earned_at, changed_at) end
            as approved_at,
        case when status_code = 'closed' then changed_at end as reversed_at,
        case when status_code = 'closed' then 'closed' end as reversal_reason_code,
        case when is_amended then coalesce(earned_at, changed_at) end as amended_at,
        case when is_amended then settled_fen end as amended_fen,
        case
            when is_amended and has_refund then 'refunded'
            when is_amended then 'settled_value'
        end as amendment_reason_code,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at,
        null as update_delivery_id,
        null as update_file_sha256,
        null as update_line_number,
        null as update_received_at
    from judged
),

{{ network_deal_ctes('taobao') }}

select * from final
