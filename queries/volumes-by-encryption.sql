-- Title: Volumes by encryption
-- Question: How many volumes are encrypted, how many are not?
-- Controls: NIS2 Art. 21(2)(h)
-- Language: advanced

SELECT configuration.encrypted, COUNT(*)
WHERE resourceType = 'AWS::EC2::Volume'
GROUP BY configuration.encrypted
