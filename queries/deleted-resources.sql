-- Title: What was deleted
-- Question: Which resources were deleted since that day?
-- Controls: ISO 27001 A.8.32
-- Language: sql
-- Parameter: since=2026-01-01, from when on

SELECT accountId, awsRegion, resourceType, resourceId, configurationItemCaptureTime AS deleted_at
FROM versions
WHERE configurationItemStatus IN ('ResourceDeleted', 'ResourceDeletedNotRecorded')
  AND configurationItemCaptureTime >= CAST(:since AS timestamp)
ORDER BY deleted_at, accountId, resourceId
