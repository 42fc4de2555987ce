-- Title: Resources without ownership tags
-- Question: Which resources name no owner, environment or data class?
-- Controls: ISO 27001 A.5.9; A.5.12
-- Language: sql

SELECT accountId, awsRegion, resourceType, resourceId,
  array_join(filter(ARRAY['Owner', 'Environment', 'DataClass'],
    t -> element_at(tags, t) IS NULL), ', ') AS missing
FROM resources
WHERE resourceType IN ('AWS::EC2::Instance', 'AWS::RDS::DBInstance', 'AWS::S3::Bucket',
    'AWS::Lambda::Function')
  AND any_match(ARRAY['Owner', 'Environment', 'DataClass'], t -> element_at(tags, t) IS NULL)
ORDER BY accountId, awsRegion, resourceType, resourceId
