with

actions as (
    {{ last_known_version(ref('stg_impact_actions'), ['partner_id', 'action_id']) }}
),

updates as (
    {{ last_known_version(ref('stg_impact_action_updates'), ['partner_id', 'update_id']) }}
),

-- an action shows what happened until it was told; later updates are added to it
changes as (
    select
        updates.*,
        case
            when updates.updated_at > actions._received_at then updates.delta_amount_fen
            else 0
        end as later_change_fen
    from updates
    left join actions
        on updates.partner_id = actions.partner_id and updates.action_id = actions.action_id
),

last_changes as (
    select
        *,
        sum(later_change_fen) over (partition by partner_id, action_id) as change_fen,
        max(adjustment_reason) over (partition by partner_id, action_id, updated_at) as reason
    from changes
    qualify row_number() over (
        partition by partner_id, action_id
        order by updated_at desc, update_id desc
    ) = 1
),

joined as (
    select
        actions.*,
        coalesce(actions.partner_id, last_changes.partner_id) as told_partner_id,
        coalesce(actions.action_id, last_changes.action_id) as network_deal_id,
        coalesce(actions.intended_amount_fen, actions.amount_fen) as base_fen,
        actions.amount_fen + coalesce(last_changes.change_fen, 0) as present_fen,
        case
            when actions.action_id is null or last_changes.updated_at > actions._received_at
                then last_changes.state_code
            else actions.state_code
        end as present_state_code,
        coalesce(last_changes.updated_at, actions._received_at) as changed_at,
        last_changes.reason,
        last_changes._delivery_id as update_delivery_id,
        last_changes._file_sha256 as update_file_sha256,
        last_changes._line_number as update_line_number,
        greatest(last_changes._received_at, coalesce(actions._received_at, last_changes._received_at))
            as update_received_at
    from actions
    full outer join last_changes
        on actions.partner_id = last_changes.partner_id and actions.action_id = last_changes.action_id
),

mapped as (
    select
        told_partner_id as partner_id,
        network_deal_id,
        campaign_id as programme_id,
        order_id,
        event_at as occurred_at,
        base_fen as amount_fen,
        currency_code,
        case when present_state_code = 'approved' then changed_at end as approved_at,
        case when present_state_code = 'reversed' or present_fen < 0 then changed_at end as reversed_at,
        case
            when present_state_code = 'reversed' or present_fen < 0 then coalesce(reason, 'reversed')
        end as reversal_reason_code,
        case when present_fen <> base_fen and present_fen >= 0 then changed_at end as amended_at,
        case when present_fen <> base_fen and present_fen >= 0 then present_fen end as amended_fen,
        case when present_fen <> base_fen and present_fen >= 0 then reason end as amendment_reason_code,
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

{{ network_deal_ctes('impact') }}

select * from final
