-- Title: Unencrypted EBS volumes in the snapshots of a day
-- Question: Which volumes were not encrypted on that day, as the snapshots say?
-- Controls: NIS2 Art. 21(2)(h); ISO 27001 A.8.24
-- Language: sql
-- Parameter: day=latest, the day, such as 2026/1/31, or latest

-- One row a volume and day, from the day's last snapshot of each account and region.
SELECT
  account_id,
  region,
  ci.resourceid AS volume_id,
  ci.resourcename AS volume_name,
  json_extract_scalar(ci.configuration, '$.encrypted') AS is_encrypted,
  max(ci.configurationitemcapturetime) AS captured_at
FROM aws_config.config_snapshots
CROSS JOIN UNNEST(configurationitems) AS t(ci)
WHERE ci.resourcetype = 'AWS::EC2::Volume'
  AND dt = :day
  AND json_extract_scalar(ci.configuration, '$.encrypted') = 'false'
GROUP BY account_id, region, ci.resourceid, ci.resourcename,
  json_extract_scalar(ci.configuration, '$.encrypted')
ORDER BY account_id, region, volume_id
