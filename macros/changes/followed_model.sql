{# The name of the model whose changes the model follows; none when it follows none. #}
{% macro followed_model() %}{{ return(model.config.meta.get('follows')) }}{% endmacro %}
