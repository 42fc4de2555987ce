-- Title: Buckets without access log
-- Question: For which S3 buckets is access not logged?
-- Controls: NIS2 Art. 21(2)(b); ISO 27001 A.8.15
-- Language: sql

SELECT accountId, awsRegion, resourceId, tags['Owner'] AS owner
FROM resources
WHERE resourceType = 'AWS::S3::Bucket'
  AND supplementaryConfiguration.BucketLoggingConfiguration.destinationBucketName IS NULL
ORDER BY accountId, awsRegion, resourceId
