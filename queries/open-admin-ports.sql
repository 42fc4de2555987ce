-- Title: Security groups that open SSH or RDP to the world
-- Question: Which groups let any address reach port 22 or 3389?
-- Controls: NIS2 Art. 21(2)(i); ISO 27001 A.8.20
-- Language: sql

SELECT accountId, awsRegion, resourceId, resourceName, tags['Owner'] AS owner
FROM resources
WHERE resourceType = 'AWS::EC2::SecurityGroup'
  AND any_match(configuration.ipPermissions,
    p -> (CAST(p.ipProtocol AS varchar) = '-1'
          OR (CAST(p.ipProtocol AS varchar) IN ('tcp', '6')
              AND (22 BETWEEN p.fromPort AND p.toPort OR 3389 BETWEEN p.fromPort AND p.toPort)))
      AND (any_match(COALESCE(p.ipv4Ranges, ARRAY[]), r -> is_any_address(r.cidrIp))
           OR any_match(COALESCE(p.ipRanges, ARRAY[]), r -> is_any_address(r))
           OR any_match(COALESCE(p.ipv6Ranges, ARRAY[]), r -> is_any_address(r.cidrIpv6))))
ORDER BY accountId, awsRegion, resourceId
