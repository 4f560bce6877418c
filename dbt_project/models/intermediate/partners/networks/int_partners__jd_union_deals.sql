with

order_rows as (
    {{ last_known_version(ref('stg_jd_union_orders'), ['partner_id', 'row_id']) }}
),

judged as (
    select
        *,
        valid_code in (17, 18) as is_finished,
        valid_code not in (15, 16, 17, 18) as is_invalid,
        valid_code in (17, 18) and actual_base_fen <> estimated_base_fen as is_amended
    from order_rows
),

mapped as (
    select
        partner_id,
        row_id as network_deal_id,
        union_id as programme_id,
        order_id,
        ordered_at as occurred_at,
        estimated_base_fen as amount_fen,
        'CNY' as currency_code,
        case when is_finished then coalesce(finished_at, modified_at) end as approved_at,
        case when is_invalid then modified_at end as reversed_at,
        case
            when is_invalid then 'valid_code_' || cast(valid_code as {{ dbt.type_string() }})
        end as reversal_reason_code,
        case when is_amended then modified_at end as amended_at,
        case when is_amended then actual_base_fen end as amended_fen,
        case
            when is_amended and coalesce(returned_sku_count, 0) > 0 then 'returned'
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

{{ network_deal_ctes('jd_union') }}

select * from final
