"""What may wait for a person at all, in one statement, before anything is counted.

The navigation of every page counts what waits in nine places, and mostly there is nothing: one
statement says so for all of them.
"""

from django.db import connection

ANYTHING = """
SELECT 'appeals' WHERE EXISTS (SELECT 1 FROM store_appeal WHERE answered_ms IS NULL)
UNION ALL
SELECT 'withdrawals' WHERE
    EXISTS (SELECT 1 FROM store_withdrawalrequest WHERE state = 'waiting')
    OR EXISTS (SELECT 1 FROM store_withdrawalrequest
               WHERE appeal_ms IS NOT NULL AND appeal_answered_ms IS NULL)
UNION ALL
SELECT 'time' WHERE EXISTS (SELECT 1 FROM store_claim WHERE state = 'pending')
UNION ALL
SELECT 'proposals' WHERE EXISTS (SELECT 1 FROM store_turkproposal WHERE outcome = '')
UNION ALL
SELECT 'drafts' WHERE EXISTS (SELECT 1 FROM store_portraitdraft WHERE released_ms IS NULL)
UNION ALL
SELECT 'terms' WHERE EXISTS (SELECT 1 FROM store_termschange
                             WHERE state IN ('waiting', 'contested') AND person_id <> %s)
UNION ALL
SELECT 'decisions' WHERE EXISTS (
    SELECT 1 FROM store_decision decision LEFT JOIN store_appeal ON decision_id = decision.id
    WHERE decision.person_id = %s AND (decision.at_ms > %s OR undone_ms > %s OR answered_ms > %s))
UNION ALL
SELECT 'my_terms' WHERE EXISTS (
    SELECT 1 FROM store_termschange
    WHERE person_id = %s AND (at_ms > %s OR confirmed_ms > %s OR decided_ms > %s))
UNION ALL
SELECT 'messages' WHERE EXISTS (
    SELECT 1 FROM store_message message JOIN store_thread thread ON thread.id = thread_id
    WHERE thread.opened_by_id = %s AND author_id <> %s AND message.at_ms > %s)
"""


def may_wait(person_id: int, since_ms: int) -> frozenset[str]:
    """Return the places where something may wait for a person, or be new to them.

    A place that is not named holds nothing; one that is named may hold nothing for this person.

    Args:
        person_id: who reads.
        since_ms: what is older is no news, in milliseconds since 1970 UTC.
    """
    mine, since = [person_id], [since_ms] * 3
    arguments = [*mine, *mine, *since, *mine, *since, *mine, *mine, since_ms]
    with connection.cursor() as cursor:
        cursor.execute(ANYTHING, arguments)
        return frozenset(name for (name,) in cursor.fetchall())
