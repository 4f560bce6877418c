{#- The day that `stated_time` (`YYYY-MM-DD HH:MM`, ? for what is left out) means in a message sent on
    `sent_date`: the last such day, but a day later is let pass, since clocks differ. -#}
{% macro stated_date(stated_time, sent_date) -%}
    {%- set year -%} substr({{ stated_time }}, 1, 4) {%- endset -%}
    {%- set month_and_day -%} substr({{ stated_time }}, 5, 6) {%- endset -%}
    {%- set day -%} substr({{ stated_time }}, 8, 3) {%- endset -%}
    {%- set sent -%} cast({{ sent_date }} as {{ dbt.type_string() }}) {%- endset -%}
    {%- set month_before -%}
        substr(cast({{ add_days(
            sent_date, '-cast(extract(day from ' ~ sent_date ~ ') as integer)'
        ) }} as {{ dbt.type_string() }}), 1, 7)
    {%- endset -%}
    {%- set year_before -%}
        cast(cast(extract(year from {{ sent_date }}) as integer) - 1 as {{ dbt.type_string() }})
    {%- endset -%}
    {%- set next_day -%} {{ add_days(sent_date, 1) }} {%- endset -%}
    {%- set this_year -%} try_cast(substr({{ sent }}, 1, 4) || {{ month_and_day }} as date) {%- endset -%}
    {%- set this_month -%} try_cast(substr({{ sent }}, 1, 7) || {{ day }} as date) {%- endset -%}
    case
        when {{ stated_time }} is null then null
        when {{ day }} = '-??' then {{ sent_date }}
        when {{ month_and_day }} like '-??%' then case
            when {{ this_month }} <= {{ next_day }} then {{ this_month }}
            else try_cast({{ month_before }} || {{ day }} as date)
        end
        when {{ year }} = '????' then case
            when {{ this_year }} <= {{ next_day }} then {{ this_year }}
            else try_cast({{ year_before }} || {{ month_and_day }} as date)
        end
        else try_cast({{ year }} || {{ month_and_day }} as date)
    end
{%- endmacro %}
