-- query: correlations
with measured as (
    {{ correlations('panel_observations', ['panel', 'feature']) }}
),

adjusted as (
    {{ adjusted_scores('panel_observations', ['panel', 'feature']) }}
),

tested as (
    select
        measured.*,
        adjusted.adjusted_slope,
        {{ two_sided_p_value('measured.z_over_root_2') }} as p_value,
        {{ two_sided_p_value('measured.score_z_over_root_2') }} as score_p_value,
        {{ two_sided_p_value('adjusted.adjusted_z_over_root_2') }} as adjusted_p_value,
    from measured
    inner join adjusted on measured.panel = adjusted.panel and measured.feature = adjusted.feature
),

corrected as (
    {{ with_q_values('tested', 'p_value', 'q_value', ['panel']) }}
),

corrected_scores as (
    {{ with_q_values('corrected', 'score_p_value', 'score_q_value', ['panel']) }}
)

select * from corrected_scores

-- query: buckets
{{ quartile_buckets('panel_observations', ['panel', 'feature']) }}

-- query: topics
with measured as (
    {{ exposure_odds('panel_months', 'panel_exposures', ['panel', 'topic'], ['panel']) }}
),

tested as (
    select
        *,
        {{ two_sided_p_value('cmh_z_over_root_2') }} as p_value,
        {{ two_sided_p_value('clustered_z_over_root_2') }} as clustered_p_value,
    from measured
),

corrected as (
    {{ with_q_values('tested', 'p_value', 'q_value', ['panel']) }}
),

corrected_clustered as (
    {{ with_q_values('corrected', 'clustered_p_value', 'clustered_q_value', ['panel']) }}
)

select * from corrected_clustered

-- query: survival
{{ kaplan_meier('panel_lives', ['panel', 'experience']) }}

-- query: log_rank
with lives as (
    select
        *,
        experience = 'poor' as is_first,
    from panel_lives
),

measured as (
    {{ log_rank('lives', ['panel']) }}
),

scaled as (
    select
        *,
        sqrt(chi_squared / 2.0) as z_over_root_2,
    from measured
)

select
    *,
    {{ two_sided_p_value('z_over_root_2') }} as p_value,
from scaled

-- query: tails
select
    z,
    {{ two_sided_p_value('z_over_root_2') }} as p_value,
from (select z, abs(z) / sqrt(2.0) as z_over_root_2 from tail_points) as scaled

-- query: log_odds
with compared as (
    {{ with_log_odds('panel_phrases', 'found', 'customers', 'other_customers', ['panel']) }}
),

two_sided as (
    select
        *,
        {{ two_sided_p_value('found_z_over_root_2') }} as found_two_sided_p_value,
    from compared
),

tested as (
    select
        *,
        {{ upper_tail_p_value('found_z', 'found_two_sided_p_value') }} as found_p_value,
    from two_sided
),

corrected as (
    {{ with_q_values('tested', 'found_p_value', 'found_q_value', ['panel']) }}
)

select * from corrected
