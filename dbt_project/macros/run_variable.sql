{#- A value given for this run, or none: from `--vars`, else from the environment
    (`TALLYWATCH_AS_OF` for `as_of`). A changed environment variable re-parses only the files that
    read it; changed `--vars` re-parse the whole project. -#}
{% macro run_variable(name) -%}
    {{ return(var(name, none) or env_var('TALLYWATCH_' ~ name | upper, '') or none) }}
{%- endmacro %}
