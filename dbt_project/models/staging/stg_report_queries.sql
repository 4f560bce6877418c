{#- Reports free of charge in a calendar year: Order 631 of the State Council, art. 17. -#}
{%- set free_reports_a_year = 2 -%}

with

told as (
    select
        *,
        {{ first_told(['query_id']) }}
    from {{ source('raw', 'report_queries') }}
    where {{ known_by_as_of() }}
),

latest as (
    {{ latest_rows('told', ['query_id'], recorded='recorded_at') }}
),

dated as (
    select
        *,
        cast(extract(year from {{ local_timestamp('requested_at') }}) as bigint) as query_year,
        case when is_free and status_code = 'ready' then 1 else 0 end as free_report_count
    from latest
),

counted as (
    select
        *,
        cast(sum(free_report_count) over (
            partition by subject_key, query_year
            order by requested_at, query_id
            rows between unbounded preceding and current row
        ) as bigint) as free_reports_used_count
    from dated
),

final as (
    select
        query_id,
        subject_key,
        channel_code,
        channel_code not in ('unofficial_site', 'unofficial_app') as is_official_channel,
        report_type_code,
        verification_code,
        is_free,
        query_year,
        free_reports_used_count,
        free_report_count = 1 and free_reports_used_count > {{ free_reports_a_year }} as is_beyond_free_quota,
        fee_fen,
        payment_id,
        status_code,
        failure_code,
        status_code in ('failed', 'expired') and fee_fen > 0 as is_failed_but_charged,
        is_saved,
        requested_at,
        completed_at,
        recorded_at,
        first_received_at,
        first_delivery_id,
        first_line_number,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from counted
)

select * from final
