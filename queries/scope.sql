-- Title: Resources by account and type
-- Question: What is in scope?
-- Controls: ISO 27001 A.5.9; audit scope
-- Language: sql

SELECT accountId, resourceType, COUNT(*) AS resources
FROM resources
GROUP BY accountId, resourceType
ORDER BY accountId, resources DESC, resourceType
