-- Title: Buckets without default encryption
-- Question: Which S3 buckets name no default encryption?
-- Controls: NIS2 Art. 21(2)(h); ISO 27001 A.8.24
-- Language: sql

SELECT accountId, awsRegion, resourceId, tags['Owner'] AS owner, tags['DataClass'] AS data_class
FROM resources
WHERE resourceType = 'AWS::S3::Bucket'
  AND COALESCE(json_array_length(
        supplementaryConfiguration.ServerSideEncryptionConfiguration.rules), 0) = 0
ORDER BY accountId, awsRegion, resourceId
