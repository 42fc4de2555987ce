-- Title: Buckets without versioning
-- Question: Which S3 buckets would lose what is overwritten?
-- Controls: NIS2 Art. 21(2)(c); ISO 27001 A.8.13
-- Language: sql

SELECT accountId, awsRegion, resourceId,
  COALESCE(supplementaryConfiguration.BucketVersioningConfiguration.status, 'not told') AS versioning
FROM resources
WHERE resourceType = 'AWS::S3::Bucket'
  AND COALESCE(supplementaryConfiguration.BucketVersioningConfiguration.status, 'Off') <> 'Enabled'
ORDER BY accountId, awsRegion, resourceId
