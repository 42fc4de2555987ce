-- Title: KMS keys without rotation
-- Question: Which customer keys are not rotated?
-- Controls: NIS2 Art. 21(2)(h); ISO 27001 A.8.24
-- Language: sql

SELECT accountId, awsRegion, resourceId, configuration.description AS description,
  supplementaryConfiguration.KeyRotationStatus AS rotation
FROM resources
WHERE resourceType = 'AWS::KMS::Key'
  AND CAST(supplementaryConfiguration.KeyRotationStatus AS varchar) = 'false'
ORDER BY accountId, awsRegion, resourceId
