-- Title: Every permission that opens a port to the world
-- Question: Which ports are open to any address, and in which group?
-- Controls: NIS2 Art. 21(2)(i); ISO 27001 A.8.20
-- Language: sql

SELECT accountId, awsRegion, resourceId AS sg_id, resourceName AS sg_name,
  CAST(p.ipProtocol AS varchar) AS protocol, p.fromPort AS from_port, p.toPort AS to_port
FROM resources
CROSS JOIN UNNEST(CAST(configuration.ipPermissions AS array(json))) AS t(p)
WHERE resourceType = 'AWS::EC2::SecurityGroup'
  AND (any_match(COALESCE(p.ipv4Ranges, ARRAY[]), r -> is_any_address(r.cidrIp))
       OR any_match(COALESCE(p.ipRanges, ARRAY[]), r -> is_any_address(r))
       OR any_match(COALESCE(p.ipv6Ranges, ARRAY[]), r -> is_any_address(r.cidrIpv6)))
ORDER BY accountId, awsRegion, sg_id, protocol, from_port
