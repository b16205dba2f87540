{# A polynomial by Horner's rule; the coefficient of the highest power comes first. `x` is written out once a coefficient. #}
{% macro polynomial(coefficients, x) -%}
    {%- set so_far = namespace(sql=coefficients[0]) -%}
    {%- for coefficient in coefficients[1:] -%}
        {%- set so_far.sql = '(' ~ so_far.sql ~ ' * ' ~ x ~ ' + ' ~ coefficient ~ ')' -%}
    {%- endfor -%}
    {{ so_far.sql }}
{%- endmacro %}
