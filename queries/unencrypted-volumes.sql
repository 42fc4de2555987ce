-- Title: Unencrypted EBS volumes
-- Question: Which volumes are not encrypted, and who owns them?
-- Controls: NIS2 Art. 21(2)(h); ISO 27001 A.8.24
-- Language: sql

SELECT accountId, awsRegion, resourceId, resourceName, tags['Owner'] AS owner,
  configuration.size AS size_gib, enum_name(configuration.state) AS state
FROM resources
WHERE resourceType = 'AWS::EC2::Volume'
  AND configuration.encrypted = false
ORDER BY accountId, awsRegion, resourceId
