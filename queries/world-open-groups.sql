-- Title: Security groups with a rule for any address
-- Question: Which groups name 0.0.0.0/0 in any rule?
-- Controls: NIS2 Art. 21(2)(i)
-- Language: advanced

SELECT accountId, awsRegion, resourceId, resourceName
WHERE resourceType = 'AWS::EC2::SecurityGroup'
  AND configuration.ipPermissions.ipRanges = '0.0.0.0/0'
ORDER BY accountId
