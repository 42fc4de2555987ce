-- Title: Security groups that open SSH or RDP to the world, in the snapshots of some days
-- Question: Which groups had port 22 or 3389 open to any address, on which days?
-- Controls: NIS2 Art. 21(2)(i); ISO 27001 A.8.20
-- Language: sql
-- Parameter: first=2026/1/1, the first day
-- Parameter: last=2026/1/31, the last day

-- Each permission is looked at by itself: its protocol, its range of ports, its addresses.
SELECT
  account_id,
  region,
  ci.resourceid AS sg_id,
  ci.resourcename AS sg_name,
  json_extract_scalar(ci.configuration, '$.description') AS description,
  min(ci.configurationitemcapturetime) AS first_captured_at,
  max(dt) AS last_day
FROM aws_config.config_snapshots
CROSS JOIN UNNEST(configurationitems) AS t(ci)
WHERE ci.resourcetype = 'AWS::EC2::SecurityGroup'
  AND dt BETWEEN :first AND :last
  AND any_match(
    CAST(json_extract(ci.configuration, '$.ipPermissions') AS ARRAY(JSON)),
    p -> (json_extract_scalar(p, '$.ipProtocol') = '-1'
          OR (json_extract_scalar(p, '$.ipProtocol') IN ('tcp', '6')
              AND (22 BETWEEN CAST(json_extract_scalar(p, '$.fromPort') AS bigint)
                          AND CAST(json_extract_scalar(p, '$.toPort') AS bigint)
                   OR 3389 BETWEEN CAST(json_extract_scalar(p, '$.fromPort') AS bigint)
                               AND CAST(json_extract_scalar(p, '$.toPort') AS bigint))))
      AND (any_match(COALESCE(CAST(json_extract(p, '$.ipv4Ranges') AS ARRAY(JSON)), ARRAY[]),
                     r -> json_extract_scalar(r, '$.cidrIp') = '0.0.0.0/0')
           OR any_match(COALESCE(CAST(json_extract(p, '$.ipv6Ranges') AS ARRAY(JSON)), ARRAY[]),
                        r -> json_extract_scalar(r, '$.cidrIpv6') = '::/0')))
GROUP BY 1, 2, 3, 4, 5
ORDER BY account_id, region, sg_id
