{#- Incremental strategies that delete by what was judged anew, not by what came of it: a day that
    gives no flag any more loses the one that it gave. Where the run is not of what is new only, the
    model selected everything, and everything is replaced. -#}
{% macro get_incremental_judged_days_sql(arguments) -%}
    {{ replaced_rows(arguments, ref('int_subjects__changed_from'),
        'target.subject_key = changed.subject_key and target.business_date >= changed.from_date') }}
{%- endmacro %}


{% macro get_incremental_judged_subjects_sql(arguments) -%}
    {{ replaced_rows(arguments, ref('int_subjects__changed_from'),
        'target.subject_key = changed.subject_key') }}
{%- endmacro %}


{% macro get_incremental_changed_trades_sql(arguments) -%}
    {{ replaced_rows(arguments, ref('int_wallets__changed_trades'),
        'target.subject_key = changed.subject_key and target.business_date = changed.business_date'
        ~ ' and target.trade_id = changed.trade_id and target.occurred_at = changed.occurred_at'
        ~ ' and target.feed = changed.feed') }}
{%- endmacro %}


{% macro get_incremental_changed_days_sql(arguments) -%}
    {{ replaced_rows(arguments, ref('int_banks__changed_days'),
        'target.subject_key = changed.subject_key and target.business_date = changed.business_date') }}
{%- endmacro %}


{% macro get_incremental_changed_subjects_sql(arguments) -%}
    {{ replaced_rows(arguments, ref('int_feeds__changed_subjects'),
        'target.subject_key = changed.subject_key') }}
{%- endmacro %}


{% macro replaced_rows(arguments, changed, condition) -%}
    {%- set columns = get_quoted_csv(arguments['dest_columns'] | map(attribute='name')) -%}
    delete from {{ arguments['target_relation'] }} as target
    {%- if builds_only_new() %}
    using {{ changed }} as changed
    where {{ condition }}
    {%- endif %};

    insert into {{ arguments['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arguments['temp_relation'] }}
{%- endmacro %}
