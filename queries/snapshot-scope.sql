-- Title: Resources by type and account in the snapshots of a day
-- Question: What was in scope on that day?
-- Controls: ISO 27001 A.5.9; audit scope
-- Language: sql
-- Parameter: day=latest, the day, such as 2026/1/31, or latest

-- Counted once, however many snapshots the day has.
SELECT
  account_id,
  ci.resourcetype AS resource_type,
  COUNT(DISTINCT ci.resourceid || ' ' || region) AS resource_count
FROM aws_config.config_snapshots
CROSS JOIN UNNEST(configurationitems) AS t(ci)
WHERE dt = :day
GROUP BY account_id, ci.resourcetype
ORDER BY account_id, resource_count DESC, resource_type
