{# What accounts are compared within, as the end of a sentence; `with_tickets` is whether they also wrote as many tickets. #}
{% macro stratum_words(with_tickets=true) -%}
    {%- set words = ['tenure', 'plan'] -%}
    {%- if var('churn_stratum_period') != 'none' -%}{%- do words.append(var('churn_stratum_period')) -%}{%- endif -%}
    {%- if with_tickets -%}{%- do words.append('number of tickets') -%}{%- endif -%}
    {{- words[:-1] | join(', ') }} and {{ words[-1] -}}
{%- endmacro %}
