with

transactions as (
    {{ last_known_version(ref('stg_awin_transactions'), ['partner_id', 'transaction_id']) }}
),

based as (
    select
        *,
        coalesce(original_sale_fen, case when is_amended then old_sale_fen end, sale_fen) as base_fen,
        coalesce(validated_at, _received_at) as settled_at
    from transactions
),

mapped as (
    select
        partner_id,
        transaction_id as network_deal_id,
        advertiser_id as programme_id,
        order_id,
        transacted_at as occurred_at,
        base_fen as amount_fen,
        sale_currency_code as currency_code,
        case when commission_status_code = 'approved' then settled_at end as approved_at,
        case when commission_status_code in ('declined', 'deleted') then settled_at end as reversed_at,
        case
            when commission_status_code = 'deleted' then 'deleted'
            when commission_status_code = 'declined' then coalesce(decline_reason, 'declined')
        end as reversal_reason_code,
        -- Awin does not say when it amended
        case when sale_fen <> base_fen then _received_at end as amended_at,
        case when sale_fen <> base_fen then sale_fen end as amended_fen,
        case when sale_fen <> base_fen then amend_reason end as amendment_reason_code,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at,
        null as update_delivery_id,
        null as update_file_sha256,
        null as update_line_number,
        null as update_received_at
    from based
),

{{ network_deal_ctes('awin') }}

select * from final
