-- Title: Instances that do not run
-- Question: Which servers stand still, and for how long?
-- Controls: ISO 27001 A.5.9; cost
-- Language: sql

SELECT accountId, awsRegion, resourceId, tags['Owner'] AS owner,
  enum_name(configuration.state) AS state, configurationItemCaptureTime AS since
FROM resources
WHERE resourceType = 'AWS::EC2::Instance'
  AND enum_name(configuration.state) <> 'running'
ORDER BY since, accountId, resourceId
