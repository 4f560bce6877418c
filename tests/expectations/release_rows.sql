-- Rows of a release in which everything is as it should be. Amounts are small and foot by eye.

insert into ledger.batches by name
select
    'd1' as delivery_id,
    'partner_deals' as feed,
    'loaded' as status_code,
    'f' as file_sha256,
    1 as file_bytes,
    timestamp '2026-09-01 08:00' as received_at,
    timestamp '2026-09-01 09:00' as landed_at,
    timestamp '2026-09-01 10:00' as loaded_at,
    2 as physical_records,
    2 as accepted_records,
    0 as rejected_records,
    '1.0.0' as contract_version;

insert into marts.rpt_feed_deliveries by name select delivery_id, feed from ledger.batches;

create table intermediate.int_rulebook__rules as
select unnest(['IM-BK-011', 'IM-BK-012']) as rule_id, unnest(['live', 'shadow']) as status_code;

insert into marts.fct_flags by name
select
    'flag' || range as flag_id,
    'IM-BK-011' as rule_id,
    '1.0.0' as rule_version,
    'S0000001' as subject_key,
    'live' as status_code,
    'high' as severity_code,
    'payee' as dedup_key,
    900000 as confidence_ppm,
    timestamp '2026-08-30 03:00' + interval (range) hour as event_at,
    timestamp '2026-09-01 08:00' as available_at,
    timestamp '2026-09-01 10:00' as detected_at,
    '{"amount_fen": 13800138000, "trade": "' || sha256('t') || '"}' as evidence,
    'd1' as delivery_id,
    range as line_number
from range(1, 3);

create table intermediate.int_alerts__flags as
select flag_id, null::varchar as exit_reason, delivery_id, line_number from marts.fct_flags
union all
select 'unjudged', 'insufficient_history', 'd1', 3;

insert into marts.fct_alerts by name
select
    'alert1' as alert_id,
    rule_id,
    subject_key,
    dedup_key,
    'live' as status_code,
    min(event_at) as episode_started_at,
    max(event_at) as episode_ended_at,
    count(*) as flag_count,
    min(evidence) as evidence,
    'd1' as delivery_id,
    1 as line_number
from marts.fct_flags
group by all;

insert into marts.xtr_alerts by name
select alert_id, subject_key, rule_id, delivery_id, line_number from marts.fct_alerts;

insert into marts.fct_score_terms by name
select
    subject_key,
    alert_id,
    rule_id,
    'alipay_bills' as feed,
    15 as base_score,
    900000 as precision_ppm,
    0 as age_days,
    13500000 as contribution_ppm,
    13500000 as capped_contribution_ppm,
    1 as term_rank
from marts.fct_alerts;

insert into marts.fct_subject_scores by name
select
    subject_key,
    20 as score,
    'watch' as band_code,
    contribution_ppm,
    '[]' as top_terms,
    1 as term_count,
    1 as feed_count
from marts.fct_score_terms;

insert into marts.fct_incidents by name
select
    'incident1' as incident_id,
    subject_key,
    'critical_flag' as open_reason_code,
    alert_id as opening_alert_id,
    episode_started_at as opened_at,
    'open' as status_code,
    'S5' as stages_seen,
    episode_started_at as first_event_at,
    episode_ended_at as last_event_at,
    0 as amount_at_risk_fen,
    900000 as confidence_ppm,
    1 as alert_count,
    20 as score,
    'watch' as band_code
from marts.fct_alerts;

insert into marts.fct_incident_alerts by name
select
    'incident1' as incident_id,
    alert_id,
    'own' as link_code,
    rule_id,
    'S5' as stage_code,
    episode_started_at as event_at
from marts.fct_alerts;

insert into marts.fct_clocks by name
select
    'clock1' as clock_id,
    'notify' as clock_code,
    incident_id as source_id,
    opened_at as started_at,
    opened_at + interval 24 hour as due_at,
    opened_at + interval 24 hour as stopped_at,
    'met' as status_code
from marts.fct_incidents;

insert into marts.fct_service_extensions by name
select
    subject_key,
    'sub1' as subscription_id,
    'case1' as case_id,
    opened_at as confirmed_at,
    date '2026-10-01' as extended_from_date,
    date '2026-10-31' as extended_until_date,
    30 as extension_days,
    false as is_given
from marts.fct_incidents;

-- 9 月: 100 of commission and 6 of tax. 10 月: the deal is reversed, and a new one earns 50.
insert into marts.fct_commission_postings by name
select
    posting_id,
    posting_month,
    origin_month,
    posting_type,
    reason_code,
    net_fen,
    tax_fen,
    net_fen + tax_fen as gross_fen,
    'line' || line_number as line_key,
    'AG0001' as agreement_id,
    'P0001' as partner_id,
    'payable' as direction_code,
    'percentage' as deal_type,
    60000 as tax_rate_ppm,
    '1.0.0' as rule_version,
    timestamp '2026-10-08' as cut_off_at,
    'd1' as source_delivery_id,
    line_number as source_line_number
from (
    values
        ('p1', '2026-09', '2026-09', 'earned', 'earned', 10000, 600, 1),
        ('p2', '2026-10', '2026-09', 'adjustment', 'reversal', -10000, -600, 1),
        ('p3', '2026-10', '2026-10', 'earned', 'earned', 5000, 300, 2)
) as p (
    posting_id, posting_month, origin_month, posting_type, reason_code, net_fen, tax_fen, line_number
);

insert into marts.fct_commission_lines by name
select
    line_key,
    agreement_id,
    partner_id,
    direction_code,
    deal_type,
    origin_month,
    gross_fen as amount_fen,
    net_fen,
    tax_fen,
    gross_fen,
    tax_rate_ppm,
    rule_version,
    cut_off_at as terms_known_from,
    source_delivery_id,
    source_line_number
from marts.fct_commission_postings
where posting_type = 'earned';

insert into marts.rpt_partner_statement_lines by name
select
    'statement' || posting_month as statement_id,
    posting_id,
    partner_id,
    posting_month,
    direction_code,
    net_fen * 0.01 as net_yuan,
    tax_fen * 0.01 as tax_yuan,
    gross_fen * 0.01 as gross_yuan,
    source_delivery_id,
    source_line_number
from marts.fct_commission_postings;

insert into marts.rpt_partner_statement by name
select
    'statement' || posting_month as statement_id,
    'P0001' as partner_id,
    '青云支付' as partner_name,
    'payable' as direction_code,
    posting_month,
    line_count,
    opening as opening_gross_yuan,
    earned_net as earned_net_yuan,
    earned_tax as earned_tax_yuan,
    earned_net + earned_tax as earned_gross_yuan,
    adjustment_net as adjustment_net_yuan,
    adjustment_tax as adjustment_tax_yuan,
    adjustment_net + adjustment_tax as adjustment_gross_yuan,
    earned_net + adjustment_net as net_yuan,
    earned_tax + adjustment_tax as tax_yuan,
    earned_net + earned_tax + adjustment_net + adjustment_tax as gross_yuan,
    closing as closing_gross_yuan
from (
    values
        ('2026-09', 1, 0, 100, 6, 0, 0, 106),
        ('2026-10', 2, 106, 50, 3, -100, -6, 53)
) as s (
    posting_month, line_count, opening, earned_net, earned_tax, adjustment_net, adjustment_tax, closing
);
