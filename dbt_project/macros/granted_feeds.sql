{#- Raw sources that need a person's grant, in name order. Which they are, the scope they need and
    the age at which they are stale come from the contracts by way of the derived sources: a new feed
    needs no edit in the models. Empty while dbt parses. -#}
{% macro granted_feeds() -%}
    {%- set feeds = [] -%}
    {%- if execute -%}
        {%- for source in graph.sources.values() | sort(attribute='name') -%}
            {%- if source.source_name == 'raw' and source.config.meta.consent_scope -%}
                {%- do feeds.append({
                    'name': source.name,
                    'scope_code': source.config.meta.consent_scope,
                    'age_limit_days': source.config.meta.freshness_days,
                }) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(feeds) }}
{%- endmacro %}
