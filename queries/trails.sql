-- Title: CloudTrail trails and how they are kept
-- Question: Is every region logged, and are the logs validated and encrypted?
-- Controls: NIS2 Art. 21(2)(b); ISO 27001 A.8.15
-- Language: sql

SELECT accountId, awsRegion, resourceName,
  configuration.isMultiRegionTrail AS all_regions,
  configuration.logFileValidationEnabled AS validated,
  configuration.kmsKeyId IS NOT NULL AS encrypted
FROM resources
WHERE resourceType = 'AWS::CloudTrail::Trail'
ORDER BY accountId, awsRegion, resourceName
