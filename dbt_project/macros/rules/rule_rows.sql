{#- The last step of every rule: gives the rows of `relation` the shape that all rules share.

    `relation` has: subject_key, feed, dedup_key, source_id (the trade or other fact judged),
    event_at, available_at, detected_at, evidence, exit_reason (null for a flag),
    suppression_reason (null when nothing in the rule silences it), delivery_id, line_number.
    What is the same for all flags of a rule comes from the meta of its yml. `stated` names the
    columns that `relation` has beyond these: where a rule grades its flags, stage_code, severity_code,
    base_score; and what a threat chain tells of a flag: institution_group (with whom), amount_fen (at
    risk, not negative), place_name (where), channel_code (how: see the meta's `channel`, which holds
    for flags that do not state it). -#}
{% macro rule_rows(relation, stated=[]) -%}
    {%- set rule = rule_meta() -%}
    {%- set given = namespace(values={
        'stage_code': "'" ~ rule.stage ~ "'",
        'severity_code': "'" ~ rule.severity ~ "'",
        'base_score': "cast(" ~ rule.base_score ~ " as bigint)",
        'institution_group': "cast(null as " ~ dbt.type_string() ~ ")",
        'amount_fen': "cast(null as bigint)",
        'place_name': "cast(null as " ~ dbt.type_string() ~ ")",
        'channel_code': "'" ~ rule.channel ~ "'",
    }) -%}
    {%- for name in stated -%}
        {%- if name not in given['values'] -%}
            {{ exceptions.raise_compiler_error(
                "found: rule_rows(stated=[" ~ name ~ "]) in " ~ model.name ~ "; expected: some of "
                ~ given['values'] | join(', ') ~ "; remedy: correct the name"
            ) }}
        {%- endif -%}
        {%- do given['values'].update({name: name}) -%}
    {%- endfor -%}
    {%- set column = given['values'] -%}
    select
        {{ stable_id([
            "'" ~ rule_id() ~ "'", "'" ~ rule.version.split('.')[0] ~ "'", 'subject_key', 'dedup_key',
            timestamp_text('event_at'), 'source_id',
        ]) }} as flag_id,
        '{{ rule_id() }}' as rule_id,
        '{{ rule.version }}' as rule_version,
        subject_key,
        feed,
        {{ column.stage_code }} as stage_code,
        event_at,
        available_at,
        detected_at,
        dedup_key,
        {{ column.severity_code }} as severity_code,
        cast({{ column.base_score }} as bigint) as base_score,
        cast({{ rule.confidence_ppm }} as bigint) as confidence_ppm,
        case when exit_reason is null then evidence end as evidence,
        exit_reason,
        suppression_reason,
        {{ column.institution_group }} as institution_group,
        cast({{ column.amount_fen }} as bigint) as amount_fen,
        {{ column.place_name }} as place_name,
        {{ column.channel_code }} as channel_code,
        delivery_id,
        line_number,
        {{ local_date('event_at') }} as business_date
    from {{ relation }}
    {%- if config.get('incremental_strategy') == 'judged_days' and builds_only_new() %}
    where exists (
        select 1
        from {{ ref('int_subjects__changed_from') }} as judged_days
        where
            judged_days.subject_key = {{ relation }}.subject_key
            and judged_days.from_date <= {{ local_date(relation ~ '.event_at') }}
    )
    {%- endif %}
{%- endmacro %}


{#- Meta of the rule being compiled. dbt gives a unit test the SQL of the model without its yml, so
    that there the shared columns are fixed; the build itself refuses a rule with no meta. -#}
{% macro rule_meta() -%}
    {%- if not execute or model.resource_type == 'unit_test' -%}
        {{ return({
            'version': '1.0.0', 'stage': '', 'severity': '', 'base_score': 0, 'confidence_ppm': 0,
            'channel': '',
        }) }}
    {%- endif -%}
    {{ return(checked_rule_meta(model)) }}
{%- endmacro %}


{% macro checked_rule_meta(node) -%}
    {%- set meta = node.config.meta -%}
    {%- set expected = [
        'id', 'name_en', 'name_zh', 'version', 'status', 'stage', 'feed', 'severity', 'base_score',
        'confidence_ppm', 'lookback_days', 'dedup_gap_days', 'dedup_key', 'min_history', 'thresholds',
        'exits', 'false_positives', 'response', 'owner', 'references', 'user_text_zh', 'user_text_en',
        'channel', 'known_thing',
    ] -%}
    {%- if meta.id != rule_id() and model.unique_id == node.unique_id -%}
        {{ exceptions.raise_compiler_error(
            "found: id " ~ meta.id ~ " in " ~ node.name ~ ".yml; expected: " ~ rule_id()
            ~ ", as the file name says; remedy: make them agree"
        ) }}
    {%- endif -%}
    {%- set missing = expected | reject('in', meta) | list -%}
    {%- if missing -%}
        {{ exceptions.raise_compiler_error(
            "found: " ~ node.name ~ " has no meta " ~ missing | join(', ')
            ~ "; expected: every rule states it; remedy: add it to " ~ node.name ~ ".yml"
        ) }}
    {%- endif -%}
    {{ return(meta) }}
{%- endmacro %}
