-- Title: VPCs without flow logs
-- Question: Which networks keep no record of their traffic?
-- Controls: NIS2 Art. 21(2)(b); ISO 27001 A.8.16
-- Language: sql

SELECT v.accountId, v.awsRegion, v.resourceId AS vpc_id, v.configuration.cidrBlock AS cidr_block
FROM resources v
WHERE v.resourceType = 'AWS::EC2::VPC'
  AND NOT EXISTS (
    SELECT 1 FROM resources f
    WHERE f.resourceType = 'AWS::EC2::FlowLog'
      AND CAST(f.configuration.resourceId AS varchar) = v.resourceId
      AND f.accountId = v.accountId AND f.awsRegion = v.awsRegion)
ORDER BY v.accountId, v.awsRegion, vpc_id
