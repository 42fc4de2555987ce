-- Title: Unencrypted databases
-- Question: Which RDS instances store their data unencrypted?
-- Controls: NIS2 Art. 21(2)(h); ISO 27001 A.8.24
-- Language: sql

SELECT accountId, awsRegion, resourceId, resourceName, configuration.engine AS engine,
  tags['Owner'] AS owner
FROM resources
WHERE resourceType = 'AWS::RDS::DBInstance'
  AND configuration.storageEncrypted = false
ORDER BY accountId, awsRegion, resourceId
