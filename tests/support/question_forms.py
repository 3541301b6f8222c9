"""A test of a qualification and its answer key, as programs of Mechanical Turk write them."""

SCHEMAS = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas"


def _selection(name: str, *selections: str, most: int = 1) -> str:
    """Return a question of a QuestionForm that is answered by selections."""
    options = "".join(
        f"<Selection><SelectionIdentifier>{each}</SelectionIdentifier><Text>{each}</Text>"
        "</Selection>"
        for each in selections
    )
    return (
        f"<Question><QuestionIdentifier>{name}</QuestionIdentifier><IsRequired>true</IsRequired>"
        f"<QuestionContent><Text>Choose for {name}</Text></QuestionContent><AnswerSpecification>"
        f"<SelectionAnswer><MaxSelectionCount>{most}</MaxSelectionCount>"
        f"<Selections>{options}</Selections></SelectionAnswer></AnswerSpecification></Question>"
    )


def question_form() -> str:
    """Return a test of three questions: one selection, several, and a text."""
    return (
        f'<QuestionForm xmlns="{SCHEMAS}/2017-11-06/QuestionForm.xsd"><Overview>'
        "<Title>Chess</Title><FormattedContent><![CDATA[<p>Look at the <b>board</b>.</p>"
        '<img src="https://pictures.example/board.png" alt="The board">]]></FormattedContent>'
        f"</Overview>{_selection('move', 'C', 'D')}{_selection('rules', 'a', 'b', most=2)}"
        "<Question><QuestionIdentifier>why</QuestionIdentifier><QuestionContent><Text>Why?</Text>"
        "</QuestionContent><AnswerSpecification><FreeTextAnswer/></AnswerSpecification></Question>"
        "</QuestionForm>"
    )


def answer_key(mapping: str) -> str:
    """Return a key of that test: five points a move, six for both rules, else one less."""

    def option(points: int, *selections: str) -> str:
        chosen = "".join(
            f"<SelectionIdentifier>{each}</SelectionIdentifier>" for each in selections
        )
        return f"<AnswerOption>{chosen}<AnswerScore>{points}</AnswerScore></AnswerOption>"

    whole = f"<QualificationValueMapping>{mapping}</QualificationValueMapping>" if mapping else ""
    return (
        f'<AnswerKey xmlns="{SCHEMAS}/2005-10-01/AnswerKey.xsd">'
        f"<Question><QuestionIdentifier>move</QuestionIdentifier>{option(5, 'C')}{option(5, 'D')}"
        f"</Question><Question><QuestionIdentifier>rules</QuestionIdentifier>{option(6, 'a', 'b')}"
        f"<DefaultScore>-1</DefaultScore></Question>{whole}</AnswerKey>"
    )
