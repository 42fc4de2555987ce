-- Title: Resources by account
-- Question: How many resources has each account?
-- Controls: audit scope
-- Language: advanced

SELECT accountId, COUNT(*)
GROUP BY accountId
ORDER BY COUNT(*) DESC
