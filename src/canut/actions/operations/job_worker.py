"""Run the jobs that stand in the database, one by one.

The worker process of ``django_tasks_db`` asks for a job in a transaction that may write, twice a
second. On an idle instance that cost more than everything else together, and on SQLite took the
writer lock each time. So here one short statement comes first, and the transaction only where a job
waits.
"""

import logging
import time

from django.tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME
from django_tasks_db.management.commands.db_worker import Worker

from canut.store.operations.jobs import is_job_ready

POLL_SECONDS = 0.5


class JobWorker(Worker):
    """A worker that runs jobs until it is stopped, or until none waits.

    Args:
        name: its own, under which its jobs are claimed.
        once: whether it ends when no job waits.
    """

    def __init__(self, name: str, *, once: bool) -> None:
        super().__init__(
            queue_names=[DEFAULT_TASK_QUEUE_NAME],
            interval=POLL_SECONDS,
            batch=True,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=name,
            excluded_queue_names=[],
        )
        self._once = once

    def run_until_stopped(self) -> None:
        """Run jobs; a stop request ends it between two jobs, a second one within a job.

        Raises:
            django.db.Error: the database cannot be reached or written.
        """
        for name in ("django.tasks", "django_tasks_db"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self.configure_signals()
        if self._once:
            self.run()
            return
        while self.running:
            self.poll()
            if self.running:
                time.sleep(self.interval)

    def poll(self) -> None:
        """Run every job that waits; ask in one short statement whether one does."""
        if is_job_ready():
            self.run()
