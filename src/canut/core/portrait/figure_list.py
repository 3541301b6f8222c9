"""Names of the figures listed one per line, on the page and in the chapter."""

from canut.core.portrait.language import Phrase

INSIDE = (
    ("inside", Phrase("portrait.hours_of_people_inside_models")),
    ("use_unknown", Phrase("portrait.hours_of_labelling_use_unknown")),
)
LOAD = (
    ("load.exposed", Phrase("portrait.hours_beside_hard_material")),
    ("load.breaks", Phrase("portrait.hours_of_paid_breaks")),
    ("load.breaks_refused", Phrase("portrait.breaks_refused")),
    ("appeals.opened", Phrase("portrait.appeals_made")),
    ("appeals.won", Phrase("portrait.appeals_won")),
    ("appeals.days", Phrase("portrait.days_until_the_answer")),
    ("load.incidents", Phrase("portrait.incidents_of_models_repaired")),
)
LEARNING = (
    ("learning.hours", Phrase("portrait.hours_of_paid_lessons")),
    ("learning.practice", Phrase("portrait.hours_of_paid_practice")),
    ("learning.per_hour", Phrase("portrait.minutes_of_lessons_in_an_hour")),
    ("learning.passed", Phrase("portrait.lessons_passed")),
    ("learning.people", Phrase("portrait.people_with_a_lesson_passed")),
)
POPULATION = (
    ("population.active", Phrase("portrait.answered_in_the_quarter")),
    ("population.new", Phrase("portrait.for_the_first_time")),
    ("population.stayed", Phrase("portrait.also_in_the_quarter_before")),
    ("population.returned", Phrase("portrait.came_back_after_a_quarter_or_more")),
    ("population.left", Phrase("portrait.left_two_quarters_ago")),
    ("left_out.not_measured", Phrase("portrait.paid_for_time_not_measured")),
    ("left_out.without_rate", Phrase("portrait.paid_without_a_rate")),
)
PERSPECTIVES = (
    ("perspectives.moved_on", Phrase("portrait.say_they_moved_on")),
    ("perspectives.answered", Phrase("portrait.answered_where_they_went")),
    ("perspectives.asked", Phrase("portrait.were_asked_where_they_went")),
    ("perspectives.better_paid", Phrase("portrait.better_paid_there")),
    ("perspectives.helped", Phrase("portrait.helped_by_the_passport")),
    ("perspectives.skill", Phrase("portrait.have_a_skill_shown")),
    ("perspectives.moved", Phrase("portrait.do_two_kinds_of_click_work")),
    ("perspectives.pay", Phrase("portrait.last_pay_over_first")),
    ("perspectives.stayed_90_days", Phrase("portrait.still_here_after_90_days")),
    ("perspectives.stayed_180_days", Phrase("portrait.still_here_after_180_days")),
    ("perspectives.stayed_365_days", Phrase("portrait.still_here_after_a_year")),
    ("perspectives.dead_ends", Phrase("portrait.a_hundred_hours_and_nothing_shown")),
)
