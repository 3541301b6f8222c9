"""Names of webhook events, and texts of delivery errors."""

from canut.web.kit.messages import lazy_message

EVENT_WORDS = (
    ("task.closed", lazy_message("page.webhook_words.tasks_have_all")),
    ("answers.added", lazy_message("page.webhook_words.answers_came_once")),
    ("labels.ready", lazy_message("page.webhook_words.every_task_is_done")),
    ("review.done", lazy_message("page.webhook_words.a_person_settled")),
    ("gold.corrected", lazy_message("page.webhook_words.a_known_answer")),
    ("incident.opened", lazy_message("page.webhook_words.an_incident")),
    ("decision.made", lazy_message("page.webhook_words.somebodys_answer_or_work")),
    ("export.ready", lazy_message("page.webhook_words.the_file")),
    ("export.failed", lazy_message("page.webhook_words.the_file_of_an_export")),
    ("import.published", lazy_message("page.webhook_words.the_rows")),
    ("import.failed", lazy_message("page.webhook_words.a_file_could")),
    ("project.opened", lazy_message("page.webhook_words.the_project_opens")),
    ("project.paused", lazy_message("page.webhook_words.the_project_is_paused")),
    ("project.closed", lazy_message("page.webhook_words.the_project_ends")),
    ("webhook.test", lazy_message("page.webhook_words.a_test_is_sent")),
)
ERROR_WORDS = {
    "status": lazy_message("page.webhook_words.answered_with_an_error"),
    "time": lazy_message("page.webhook_words.no_answer_within_10"),
    "refused": lazy_message("page.webhook_words.nobody_listens_there"),
    "name": lazy_message("page.webhook_words.the_name"),
    "inside": lazy_message("page.webhook_words.the_address_leads_inside"),
    "tls": lazy_message("page.webhook_words.the_secure_connection_failed"),
    "broken": lazy_message("page.webhook_words.the_connection_broke"),
    "sealed": lazy_message("page.webhook_words.the_secret_was_sealed"),
}
