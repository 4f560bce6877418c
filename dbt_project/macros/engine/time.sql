{#- Instants are naive UTC timestamps. China has one time zone and no summer time, so that local
    time is UTC + 8 h; a fixed shift is the same on every engine and needs no zone database. -#}
{% macro local_timestamp(instant) -%}
    ({{ instant }} + interval '8' hour)
{%- endmacro %}

{#- Calendar day in Shanghai. -#}
{% macro local_date(instant) -%}
    cast({{ local_timestamp(instant) }} as date)
{%- endmacro %}

{#- Hour of the day in Shanghai, 0 to 23. -#}
{% macro local_hour(instant) -%}
    cast(extract(hour from {{ local_timestamp(instant) }}) as integer)
{%- endmacro %}


{#- `YYYY-MM-DD HH:MM:SS` -#}
{% macro timestamp_text(instant) -%}
    {{ adapter.dispatch('timestamp_text', 'tallywatch')(instant) }}
{%- endmacro %}

{% macro duckdb__timestamp_text(instant) -%}
    strftime({{ instant }}, '%Y-%m-%d %H:%M:%S')
{%- endmacro %}

{% macro spark__timestamp_text(instant) -%}
    date_format({{ instant }}, 'yyyy-MM-dd HH:mm:ss')
{%- endmacro %}


{#- `YYYY-MM` of a date -#}
{% macro month_text(day) -%}
    {{ adapter.dispatch('month_text', 'tallywatch')(day) }}
{%- endmacro %}

{% macro duckdb__month_text(day) -%}
    strftime({{ day }}, '%Y-%m')
{%- endmacro %}

{% macro spark__month_text(day) -%}
    date_format({{ day }}, 'yyyy-MM')
{%- endmacro %}


{#- Whole days from one date to another; negative when `until` is earlier. -#}
{% macro days_between(since, until) -%}
    {{ adapter.dispatch('days_between', 'tallywatch')(since, until) }}
{%- endmacro %}

{% macro duckdb__days_between(since, until) -%}
    date_diff('day', {{ since }}, {{ until }})
{%- endmacro %}

{% macro spark__days_between(since, until) -%}
    cast(datediff({{ until }}, {{ since }}) as bigint)
{%- endmacro %}


{#- A date some days later; `days` is a whole number or an expression of one. -#}
{% macro add_days(day, days) -%}
    {{ adapter.dispatch('add_days', 'tallywatch')(day, days) }}
{%- endmacro %}

{% macro duckdb__add_days(day, days) -%}
    cast({{ day }} + cast({{ days }} as integer) as date)
{%- endmacro %}

{% macro spark__add_days(day, days) -%}
    date_add({{ day }}, cast({{ days }} as int))
{%- endmacro %}


{#- An instant some hours later; `hours` is a whole number or an expression of one. -#}
{% macro add_hours(instant, hours) -%}
    {{ adapter.dispatch('add_hours', 'tallywatch')(instant, hours) }}
{%- endmacro %}

{% macro duckdb__add_hours(instant, hours) -%}
    ({{ instant }} + to_hours(cast({{ hours }} as bigint)))
{%- endmacro %}

{% macro spark__add_hours(instant, hours) -%}
    ({{ instant }} + make_dt_interval(0, cast({{ hours }} as int), 0, 0))
{%- endmacro %}

{#- The instant in UTC of a timestamp in Shanghai. -#}
{% macro utc_timestamp(local) -%}
    ({{ local }} - interval '8' hour)
{%- endmacro %}


{#- Months since year 0 of a `YYYY-MM` text, so that months can be compared and subtracted. -#}
{% macro month_number(month) -%}
    (cast(substr({{ month }}, 1, 4) as bigint) * 12 + cast(substr({{ month }}, 6, 2) as bigint))
{%- endmacro %}


{#- Midnight in Shanghai of a date, as an instant in UTC. -#}
{% macro day_start(day) -%}
    (cast({{ day }} as timestamp) - interval '8' hour)
{%- endmacro %}


{#- First day of a month given as months since year 0 (see month_number). -#}
{% macro month_start(number) -%}
    cast({{ month_label(number) }} || '-01' as date)
{%- endmacro %}


{#- `YYYY-MM` of months since year 0 (see month_number). -#}
{% macro month_label(number) -%}
    lpad(cast({{ integer_divide(number ~ ' - 1', 12) }} as {{ dbt.type_string() }}), 4, '0') || '-'
    || lpad(cast(({{ number }} - 1) % 12 + 1 as {{ dbt.type_string() }}), 2, '0')
{%- endmacro %}


{#- Whole seconds from one instant to another, given to the second; negative when `until` is earlier. -#}
{% macro seconds_between(since, until) -%}
    {{ adapter.dispatch('seconds_between', 'tallywatch')(since, until) }}
{%- endmacro %}

{% macro duckdb__seconds_between(since, until) -%}
    date_diff('second', {{ since }}, {{ until }})
{%- endmacro %}

{% macro spark__seconds_between(since, until) -%}
    (unix_timestamp({{ until }}) - unix_timestamp({{ since }}))
{%- endmacro %}
