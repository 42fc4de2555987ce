-- Title: Databases in one zone only
-- Question: Which RDS instances have no standby in another zone?
-- Controls: NIS2 Art. 21(2)(c); KRITIS availability
-- Language: sql

SELECT accountId, awsRegion, resourceId, resourceName, configuration.engine AS engine,
  configuration.availabilityZone AS zone, tags['Environment'] AS environment
FROM resources
WHERE resourceType = 'AWS::RDS::DBInstance'
  AND configuration.multiAZ = false
ORDER BY accountId, awsRegion, resourceId
