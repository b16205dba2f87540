select
    'acme' as account_id,
    'co2' as company_id,
    cast('2025-01-01' as date) as started_on,
    cast(null as date) as churned_on,
    'growth' as plan,
    490 as mrr
