with

incidents as (
    select * from {{ ref('fct_incidents') }}
),

links as (
    select * from {{ ref('fct_incident_alerts') }}
    where link_code = 'own'
),

alerts as (
    select * from {{ ref('fct_alerts') }}
    where feed = 'credit_reports' and status_code = 'live'
),

outcomes as (
    select * from {{ ref('int_alerts__outcomes') }}
    where cleared_at is null
),

cleared as (
    select * from {{ ref('int_alerts__outcomes') }}
    where cleared_at is not null
),

episodes as (
    select * from {{ ref('fct_alert_flags') }}
),

flags as (
    select * from {{ ref('fct_flags') }}
    where status_code = 'live'
),

items as (
    select * from {{ ref('stg_credit_reports') }}
),

rules as (
    select * from {{ ref('int_rulebook__rules') }}
),

cases as (
    select * from {{ ref('fct_case_lifecycle') }}
),

-- What the person said was theirs is not disputed.
disputed as (
    select
        links.incident_id,
        flags.flag_id,
        alerts.alert_id,
        alerts.rule_id,
        alerts.severity_code,
        flags.subject_key,
        flags.institution_group,
        flags.amount_fen,
        flags.event_at,
        flags.delivery_id,
        flags.line_number,
        outcomes.outcome_code,
        outcomes.noted_at
    from links
    inner join alerts on links.alert_id = alerts.alert_id
    inner join episodes on alerts.alert_id = episodes.alert_id
    inner join flags on episodes.flag_id = flags.flag_id
    left join outcomes on alerts.alert_id = outcomes.alert_id
    left join cleared on alerts.alert_id = cleared.alert_id
    where cleared.alert_id is null
),

final as (
    select
        {{ stable_id(['disputed.incident_id', 'disputed.flag_id']) }} as item_id,
        disputed.incident_id,
        disputed.subject_key,
        coalesce(items.institution_name, disputed.institution_group) as institution_name,
        disputed.institution_group,
        items.item_type,
        items.item_number,
        items.business_type_name,
        items.reason_name,
        coalesce(items.enquired_date, items.opened_date, {{ local_date('disputed.event_at') }}) as item_date,
        disputed.amount_fen,
        items.report_at,
        disputed.rule_id,
        disputed.severity_code,
        rules.rule_name_zh as why_zh,
        rules.rule_name_en as why_en,
        case when disputed.outcome_code = 'confirmed_misuse' then disputed.noted_at end as confirmed_at,
        '《征信业管理条例》第二十五条:信息主体认为信息存在错误、遗漏的,有权提出异议,要求更正;征信机构或信息提供者应作出存在异议的标注,自收到异议之日起20日内核查处理并书面答复'
            as article_zh,
        'Credit Reporting Regulation, article 25: mark as disputed, verify and answer in writing within 20 days'
            as article_en,
        case
            when disputed.rule_id in ('IM-CR-003', 'IM-CR-004', 'IM-CR-005', 'IM-CR-006')
                then '异议申请表;身份证复印件;信用报告(查询记录页);未授权查询声明;证据包'
            else '异议申请表;身份证复印件;信用报告(该笔账户页);非本人办理声明;报案回执(如有);证据包'
        end as attach_zh,
        case
            when disputed.rule_id in ('IM-CR-003', 'IM-CR-004', 'IM-CR-005', 'IM-CR-006')
                then 'objection form; copy of identity card; report, page of enquiries; statement that no enquiry was authorised; evidence pack'
            else 'objection form; copy of identity card; report, page of the account; statement that the person did not apply; receipt of the police report, if any; evidence pack'
        end as attach_en,
        incidents.case_id,
        cases.objection_filed_at,
        cases.objection_accepted_at,
        cases.objection_due_date as answer_due_date,
        cases.objection_answered_at,
        cases.evidence_sha256,
        disputed.delivery_id,
        disputed.line_number
    from disputed
    inner join incidents on disputed.incident_id = incidents.incident_id
    inner join rules on disputed.rule_id = rules.rule_id
    left join items
        on disputed.delivery_id = items._delivery_id
        and disputed.line_number = items._line_number
        and disputed.subject_key = items.subject_key
    left join cases on incidents.case_id = cases.case_id
)

select * from final
