"""Names of the kinds of questions, as one chooses a kind: which message says each."""

PAGE = "page"
"""A kind with a page of its own, which is uploaded and not written in the form."""

KIND_NAMES = {
    "choice": "form.question_form.choose_from_a_list",
    "rating": "form.question_form.rate_on_a_scale",
    "number": "form.question_form.give_a_number",
    "date": "form.question_form.give_a_date",
    "text": "form.question_form.write_a_text",
    "spans": "form.question_form.mark_parts",
    "audio": "form.question_form.place_segments",
    "pair": "form.question_form.compare_two_things",
    "ranking": "form.question_form.put_things_in_order",
    "chat": "form.question_form.judge_a_conversation",
    "boxes": "form.question_form.draw_boxes",
    "polygons": "form.question_form.draw_outlines",
    "page": "form.question_form.answer_on_an_own_page",
    "keypoints": "form.question_form.place_points",
}
