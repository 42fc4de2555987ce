-- Title: IAM users with policies of their own
-- Question: Which users have rights outside of groups and roles?
-- Controls: NIS2 Art. 21(2)(i); ISO 27001 A.5.18
-- Language: sql

SELECT accountId, resourceName AS user_name,
  COALESCE(json_array_length(configuration.userPolicyList), 0) AS inline_policies,
  COALESCE(json_array_length(configuration.attachedManagedPolicies), 0) AS attached_policies
FROM resources
WHERE resourceType = 'AWS::IAM::User'
  AND (COALESCE(json_array_length(configuration.userPolicyList), 0) > 0
       OR COALESCE(json_array_length(configuration.attachedManagedPolicies), 0) > 0)
ORDER BY accountId, user_name
