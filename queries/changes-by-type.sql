-- Title: What changes most
-- Question: Which resource types change most often, and in which account?
-- Controls: ISO 27001 A.8.32; cost of recording
-- Language: sql
-- Parameter: since=2026-01-01, from when on

SELECT accountId, resourceType, COUNT(*) AS versions, COUNT(DISTINCT resourceId) AS resources
FROM versions
WHERE configurationItemCaptureTime >= CAST(:since AS timestamp)
GROUP BY accountId, resourceType
ORDER BY versions DESC, accountId, resourceType
LIMIT 50
