-- Title: Who records, and what
-- Question: Is the recorder on in each account and region, and what does it record?
-- Controls: NIS2 Art. 21(2)(b); ISO 27001 A.8.16
-- Language: sql

SELECT accountId, awsRegion, resourceName AS recorder,
  configuration.recordingGroup.allSupported AS all_types,
  configuration.recordingGroup.includeGlobalResourceTypes AS global_types,
  configurationItemCaptureTime AS since
FROM resources
WHERE resourceType = 'AWS::Config::ConfigurationRecorder'
ORDER BY accountId, awsRegion
