-- Title: Databases that the internet can reach
-- Question: Which RDS instances are publicly accessible?
-- Controls: NIS2 Art. 21(2)(i); ISO 27001 A.8.20
-- Language: sql

SELECT accountId, awsRegion, resourceId, resourceName, configuration.engine AS engine,
  configuration.endpoint.address AS address, tags['Owner'] AS owner
FROM resources
WHERE resourceType = 'AWS::RDS::DBInstance'
  AND configuration.publiclyAccessible = true
ORDER BY accountId, awsRegion, resourceId
