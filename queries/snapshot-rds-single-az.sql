-- Title: RDS instances without Multi-AZ in the snapshots of a day
-- Question: Which databases would not survive the loss of a zone?
-- Controls: NIS2 Art. 21(2)(c); KRITIS availability
-- Language: sql
-- Parameter: day=latest, the day, such as 2026/1/31, or latest

SELECT
  account_id,
  region,
  ci.resourceid AS db_instance_id,
  json_extract_scalar(ci.configuration, '$.dBInstanceClass') AS instance_class,
  json_extract_scalar(ci.configuration, '$.engine') AS engine,
  json_extract_scalar(ci.configuration, '$.multiAZ') AS multi_az,
  json_extract_scalar(ci.configuration, '$.dBInstanceStatus') AS db_status,
  max(ci.configurationitemcapturetime) AS captured_at
FROM aws_config.config_snapshots
CROSS JOIN UNNEST(configurationitems) AS t(ci)
WHERE ci.resourcetype = 'AWS::RDS::DBInstance'
  AND dt = :day
  AND json_extract_scalar(ci.configuration, '$.multiAZ') = 'false'
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY account_id, region, db_instance_id
