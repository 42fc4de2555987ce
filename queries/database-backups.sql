-- Title: How long databases keep backups
-- Question: Which RDS instances keep backups for fewer days than they must?
-- Controls: NIS2 Art. 21(2)(c); ISO 27001 A.8.13
-- Language: sql
-- Parameter: days=7, how many days they must keep

SELECT accountId, awsRegion, resourceId, resourceName,
  configuration.backupRetentionPeriod AS days, tags['Environment'] AS environment
FROM resources
WHERE resourceType = 'AWS::RDS::DBInstance'
  AND configuration.backupRetentionPeriod < CAST(:days AS bigint)
ORDER BY days, accountId, awsRegion, resourceId
