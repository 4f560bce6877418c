with

records as (
    {{ last_known_version(ref('stg_cj_commissions'), ['partner_id', 'commission_id', 'original_action_id']) }}
),

originals as (
    select *
    from records
    where is_original
),

-- a correction is a fact of its own, with what it adds or takes away
corrections as (
    select
        *,
        sum(sale_fen) over (partition by partner_id, original_action_id) as sale_change_fen,
        sum(commission_fen) over (partition by partner_id, original_action_id) as commission_change_fen
    from records
    where not is_original
    qualify row_number() over (
        partition by partner_id, original_action_id
        order by posted_at desc, commission_id desc
    ) = 1
),

joined as (
    select
        originals.*,
        coalesce(originals.partner_id, corrections.partner_id) as told_partner_id,
        coalesce(originals.original_action_id, corrections.original_action_id) as network_deal_id,
        originals.sale_fen + corrections.sale_change_fen as remaining_fen,
        corrections.posted_at as corrected_at,
        corrections.correction_reason as change_reason,
        corrections._delivery_id as update_delivery_id,
        corrections._file_sha256 as update_file_sha256,
        corrections._line_number as update_line_number,
        corrections._received_at as update_received_at,
        (originals.sale_fen <> 0 and originals.sale_fen + corrections.sale_change_fen <= 0)
        or (
            originals.commission_fen <> 0
            and originals.commission_fen + corrections.commission_change_fen <= 0
        ) as is_taken_back
    from originals
    full outer join corrections
        on originals.partner_id = corrections.partner_id
        and originals.original_action_id = corrections.original_action_id
),

mapped as (
    select
        told_partner_id as partner_id,
        network_deal_id,
        advertiser_id as programme_id,
        order_id,
        event_at as occurred_at,
        sale_fen as amount_fen,
        'USD' as currency_code,
        case
            when action_status_code in ('locked', 'closed') then coalesce(locking_at, posted_at)
            when validation_status_code in ('accepted', 'automated') then posted_at
        end as approved_at,
        case
            when is_taken_back then corrected_at
            when validation_status_code = 'declined' then posted_at
        end as reversed_at,
        case
            when is_taken_back then change_reason
            when validation_status_code = 'declined' then coalesce(correction_reason, 'declined')
        end as reversal_reason_code,
        case when not coalesce(is_taken_back, false) then corrected_at end as amended_at,
        case when not is_taken_back then remaining_fen end as amended_fen,
        case when not coalesce(is_taken_back, false) then change_reason end as amendment_reason_code,
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

{{ network_deal_ctes('cj') }}

select * from final
