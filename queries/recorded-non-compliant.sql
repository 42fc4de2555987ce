-- Title: What AWS's own rules found
-- Question: Which resources do the deployed rules call non-compliant?
-- Controls: NIS2 Art. 21(2)(f)
-- Language: sql

SELECT r.accountId, r.awsRegion, rule.configRuleName AS rule_name,
  r.configuration.targetResourceType AS resource_type,
  r.configuration.targetResourceId AS resource_id
FROM resources r
CROSS JOIN UNNEST(CAST(r.configuration.configRuleList AS array(json))) AS t(rule)
WHERE r.resourceType = 'AWS::Config::ResourceCompliance'
  AND rule.complianceType = 'NON_COMPLIANT'
ORDER BY r.accountId, r.awsRegion, 3, 4, 5
