create schema ledger;
create schema marts;

create table ledger.batches (
    delivery_id varchar primary key, feed varchar, status_code varchar, file_sha256 varchar,
    received_at timestamp, loaded_at timestamp, physical_records bigint,
    accepted_records bigint, rejected_records bigint, reason_code varchar, found varchar,
    expected varchar, remedy varchar
);

create table ledger.rejected_rows (
    feed varchar, delivery_id varchar, line_number bigint, column_name varchar, reason_code varchar
);

create table marts.dim_partners (partner_id varchar, partner_name varchar);

create table marts.fct_commission_postings (
    posting_id varchar, posting_month varchar, origin_month varchar, line_key varchar,
    agreement_id varchar, partner_id varchar, direction_code varchar, product_code varchar,
    deal_type varchar, deal_id varchar, tier_number bigint, posting_type varchar,
    reason_code varchar, base_fen bigint, rate_ppm bigint, net_fen bigint, tax_fen bigint,
    gross_fen bigint, tax_rate_ppm bigint, rule_version varchar, terms_valid_from date,
    terms_known_from timestamp, source_delivery_id varchar, source_line_number bigint,
    cut_off_at timestamp
);

create table marts.fct_alerts (
    alert_id varchar, rule_id varchar, rule_version varchar, subject_key varchar,
    dedup_key varchar, feed varchar, stage_code varchar, severity_code varchar,
    status_code varchar, episode_started_at timestamp, episode_ended_at timestamp,
    flag_count bigint, base_score bigint, confidence_ppm bigint, first_available_at timestamp,
    first_detected_at timestamp, evidence varchar, delivery_id varchar, line_number bigint
);

create table marts.rpt_rule_exits (
    rule_id varchar, feed varchar, exit_reason varchar, row_count bigint, subject_count bigint
);

create table marts.fct_commission_lines (
    line_key varchar, partner_id varchar, direction_code varchar, deal_type varchar,
    origin_month varchar, net_fen bigint, tax_fen bigint, gross_fen bigint, rule_version varchar
);

create table marts.rpt_unmatched_deals (partner_id varchar, deal_id varchar, reason_code varchar);

create table rules (rule_id varchar, rule_name_zh varchar, rule_name_en varchar);

-- marts

create table marts.xtr_alerts as
select
    alerts.*,
    rules.rule_name_zh,
    rules.rule_name_en,
    strftime(alerts.episode_started_at + interval 8 hour, '%Y-%m-%d %H:%M:%S')
        as episode_started_shanghai
from marts.fct_alerts as alerts
inner join rules using (rule_id)
where alerts.status_code = 'live';

create table marts.fct_flags as
select
    sha256(alert_id || number) as flag_id,
    rule_id,
    rule_version,
    subject_key,
    dedup_key,
    feed,
    severity_code,
    status_code,
    episode_started_at + interval 1 minute * number as event_at,
    first_available_at as available_at,
    first_detected_at as detected_at,
    delivery_id,
    line_number + number as line_number
from marts.fct_alerts, range(3) as numbers (number)
where number < flag_count;

create table marts.fct_alert_flags as
select sha256(alert_id || number) as flag_id, alert_id
from marts.fct_alerts, range(3) as numbers (number)
where number < flag_count;

create table marts.rpt_feed_deliveries as
select * from ledger.batches;

create table marts.rpt_feed_rejects as
select
    feed,
    reason_code,
    column_name,
    count(*) as row_count
from ledger.rejected_rows
group by all;

create table marts.rpt_partner_statement as
with

months as (
    select posting_month, max(cut_off_at) as cut_off_at
    from marts.fct_commission_postings
    group by all
),

accounts as (
    select partner_id, direction_code, min(posting_month) as first_month
    from marts.fct_commission_postings
    group by all
),

sums as (
    select
        accounts.partner_id,
        accounts.direction_code,
        months.posting_month,
        months.cut_off_at,
        count(posting_id) as line_count,
        coalesce(sum(net_fen) filter (posting_type = 'earned'), 0) as earned_net,
        coalesce(sum(tax_fen) filter (posting_type = 'earned'), 0) as earned_tax,
        coalesce(sum(gross_fen) filter (posting_type = 'earned'), 0) as earned_gross,
        coalesce(sum(net_fen) filter (posting_type = 'adjustment'), 0) as adjustment_net,
        coalesce(sum(tax_fen) filter (posting_type = 'adjustment'), 0) as adjustment_tax,
        coalesce(sum(gross_fen) filter (posting_type = 'adjustment'), 0) as adjustment_gross,
        coalesce(sum(gross_fen), 0) as gross
    from accounts
    inner join months on accounts.first_month <= months.posting_month
    left join marts.fct_commission_postings as postings
        on accounts.partner_id = postings.partner_id
        and accounts.direction_code = postings.direction_code
        and months.posting_month = postings.posting_month
    group by all
),

balanced as (
    select
        *,
        sum(gross) over (partition by partner_id, direction_code order by posting_month) as closing
    from sums
)

select
    balanced.partner_id,
    dim_partners.partner_name,
    balanced.direction_code,
    balanced.posting_month,
    balanced.cut_off_at,
    balanced.line_count,
    cast((closing - gross)::decimal(18, 0) * 0.01 as decimal(18, 2)) as opening_gross_yuan,
    cast((earned_net)::decimal(18, 0) * 0.01 as decimal(18, 2)) as earned_net_yuan,
    cast((earned_tax)::decimal(18, 0) * 0.01 as decimal(18, 2)) as earned_tax_yuan,
    cast((earned_gross)::decimal(18, 0) * 0.01 as decimal(18, 2)) as earned_gross_yuan,
    cast((adjustment_net)::decimal(18, 0) * 0.01 as decimal(18, 2)) as adjustment_net_yuan,
    cast((adjustment_tax)::decimal(18, 0) * 0.01 as decimal(18, 2)) as adjustment_tax_yuan,
    cast((adjustment_gross)::decimal(18, 0) * 0.01 as decimal(18, 2)) as adjustment_gross_yuan,
    cast((gross)::decimal(18, 0) * 0.01 as decimal(18, 2)) as gross_yuan,
    cast((closing)::decimal(18, 0) * 0.01 as decimal(18, 2)) as closing_gross_yuan
from balanced
left join marts.dim_partners using (partner_id);

create table marts.dim_subjects as
select
    subject_key,
    'nm_' || subject_key as full_name_token,
    'id_' || subject_key as id_number_token,
    'ph_' || subject_key as phone_token,
    case when subject_key < 'S0000004' then '31' else '44' end as region_code
from (select distinct subject_key from marts.fct_alerts);

create table marts.dim_rules as
select
    rule_id,
    '1.0.0' as rule_version,
    'live' as status_code,
    rule_name_zh,
    rule_name_en,
    'medium' as severity_code,
    'S5' as stage_code,
    15 as base_score,
    1 as dedup_gap_days
from rules;

create table marts.dim_rule_thresholds as
select
    rule_id,
    'min_amount_fen' as threshold_name,
    50000 as threshold_value,
    date '2020-01-01' as valid_from,
    cast(null as date) as valid_to
from rules;

create table marts.xtr_alerts_open as
select
    alerts.*,
    case when fct_alerts.flag_count = 3 then sha256(alerts.subject_key) end as incident_id
from marts.xtr_alerts as alerts
inner join marts.fct_alerts using (alert_id);

create table marts.fct_incidents as
select
    sha256(subject_key) as incident_id,
    subject_key,
    'critical_flag' as open_reason_code,
    'open' as status_code,
    min(episode_started_at) as opened_at,
    min(episode_started_at) as first_event_at,
    max(episode_ended_at) as last_event_at,
    count(*) as alert_count,
    80 as score,
    880000 as amount_at_risk_fen
from marts.fct_alerts
where flag_count = 3
group by subject_key;

create table marts.fct_incident_alerts as
select
    sha256(subject_key) as incident_id,
    alert_id,
    stage_code,
    episode_started_at as event_at
from marts.fct_alerts
where flag_count = 3;

create table marts.xtr_incidents as
select * from marts.fct_incidents;

create table marts.xtr_person_timeline as
select
    sha256('alert' || alert_id) as entry_id,
    subject_key,
    episode_started_at as happened_at,
    'alert' as entry_type,
    rule_id as what
from marts.fct_alerts;

create table marts.xtr_rule_scorecard as
select rule_id, count(*) as alert_count from marts.fct_alerts group by rule_id;
