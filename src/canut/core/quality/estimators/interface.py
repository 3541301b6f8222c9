"""The estimators as classes, with the words of scikit-learn: ``from canut.quality import Mace``.

Each fits one model of ``register`` by ``infer``, which reads the answers, settles repeated ones and
calibrates the confidence. What was fitted stands in attributes whose names end in an underscore.
scikit-learn is not needed; its ``clone``, its scorers and ``check_is_fitted`` work with these
classes.
"""

import inspect
from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from typing import ClassVar, Self, cast

import numpy as np
from numpy.typing import NDArray

from canut.core.arrays import Codes, Floats
from canut.core.errors import BadInput
from canut.core.quality.estimators.frames import (
    Frame,
    Names,
    answers_of,
    array_of,
    column_of,
    frame_of,
    library_of,
)
from canut.core.quality.estimators.infer import Options, infer
from canut.core.quality.estimators.result import Result
from canut.core.quality.tables.answers_by_task import Duplicates
from canut.core.quality.tables.coded_answers import match


class NotFittedError(BadInput, AttributeError):
    """A fitted attribute was read, or ``predict`` called, before ``fit``."""

    code = "not-fitted"


class LabelEstimator:
    """Labels of tasks from the answers of several workers; the base of all estimators.

    Args:
        classes: every label there is, in its order; without it those of the answers, numbers by
            size and texts by the alphabet.
        duplicates: which of several answers of one worker to one task counts: ``last``, ``first``,
            ``all``, or ``error`` to refuse them.
        threads: number of threads; part of the last bits of the results.
    """

    model: ClassVar[str]

    def __init__(
        self,
        *,
        classes: Sequence[object] | None = None,
        duplicates: Duplicates = "last",
        threads: int = 2,
    ) -> None:
        self.classes = classes
        self.duplicates: Duplicates = duplicates
        self.threads = threads

    def fit(
        self, task: object, worker: object = None, label: object = None, *, gold: object = None
    ) -> Self:
        """Estimate the labels from a table, from three columns, or from ``X`` and ``y``.

        Args:
            task: shape (n_answers,), the task of each answer; or a table with the columns ``task``,
                ``worker`` and ``label``; or ``X``, an array or frame of shape (n_answers, 2) with
                tasks and workers. A column is a list, NumPy, pandas, Polars or Arrow array; a table
                a frame of pandas or Polars, an Arrow table, a dict of columns or a list of dicts.
            worker: shape (n_answers,), who gave each answer; after ``X`` it is ``y``, the labels.
            label: shape (n_answers,), what they answered; left out after ``X``.
            gold: a table with the columns ``task`` and ``label``: the known labels of some tasks,
                which calibrate the confidence.

        Returns:
            The estimator itself.

        Raises:
            BadInput: a column is missing, of another length or cannot be read, or a parameter is
                not one of those above.
            BadRow: a cell is empty, or a label is not one of ``classes``.
        """
        answers = answers_of(task, worker, label)
        options: Options = {
            "model": self.model,
            "duplicates": self.duplicates,
            "threads": self.threads,
            "order": () if self.classes is None else self.classes,
        }
        options.update(self._options())
        if gold is not None:
            options["gold"] = gold
        result = infer(answers, **options)
        for name in [name for name in vars(self) if name.endswith("_")]:
            delattr(self, name)
        self.result_ = result
        self.library_ = library_of(task)
        return self

    def predict(self, task: object = None) -> Names:
        """Return the label of tasks that were fitted.

        Args:
            task: shape (n,), names of tasks; all of ``tasks_`` where it is left out.

        Returns:
            Labels, shape (n,).

        Raises:
            NotFittedError: ``fit`` was not called.
            BadInput: a task has no answer.
        """
        labels = self.labels_
        return labels if task is None else labels[self._rows_of(task)]

    def predict_proba(self, task: object = None) -> Floats:
        """Return the probability of each label of tasks that were fitted.

        Args:
            task: shape (n,), names of tasks; all of ``tasks_`` where it is left out.

        Returns:
            Probabilities, shape (n, n_classes), in the order of ``classes_``; each row sums to 1.

        Raises:
            NotFittedError: ``fit`` was not called.
            BadInput: a task has no answer.
        """
        probas = self.probas_
        return probas if task is None else probas[self._rows_of(task)]

    def fit_predict(
        self, task: object, worker: object = None, label: object = None, *, gold: object = None
    ) -> Names:
        """Fit, then return the label of each task of ``tasks_``; arguments as of ``fit``."""
        return self.fit(task, worker, label, gold=gold).predict()

    def score(self, task: object, label: object) -> float:
        """Return the share of known tasks whose label is right.

        Args:
            task: shape (n,), names of tasks that were fitted.
            label: shape (n,), their known labels.

        Returns:
            From 0 to 1.

        Raises:
            NotFittedError: ``fit`` was not called.
            BadInput: a task has no answer, or the columns differ in length or are empty.

        Example:
            >>> vote = MajorityVote().fit(list("aaabb"), list("xyzxy"), list("771" "11"))
            >>> vote.score(["a", "b"], ["7", "7"])
            0.5
        """
        return float(self.is_right(task, label).mean())

    def is_right(self, task: object, label: object) -> NDArray[np.bool_]:
        """Return of each known task whether its label is right; types may differ, as "1" and 1.

        Args:
            task: shape (n,), names of tasks that were fitted.
            label: shape (n,), their known labels.

        Returns:
            Shape (n,).

        Raises:
            NotFittedError: ``fit`` was not called.
            BadInput: a task has no answer, or the columns differ in length or are empty.

        Example:
            >>> vote = MajorityVote().fit(list("aaabb"), list("xyzxy"), list("771" "11"))
            >>> vote.is_right(["a", "b"], [7, 7]).tolist()
            [True, False]
        """
        codes = self._decided[0][self._rows_of(task)]
        labels = column_of(label, "label")
        if not len(labels) or len(labels) != len(codes):
            raise BadInput(
                f"task has {len(codes)} rows and label has {len(labels)}; give each task its "
                "known label",
                code="answers-columns",
            )
        return np.equal(match(labels, self._fitted().label_names), codes)

    def frame(self, of: str = "labels", *, library: str | None = None) -> Frame:
        """Return the results as a frame of the library that ``fit`` was given a frame of.

        Args:
            of: ``labels`` (task, label, confidence), ``posterior`` (task and a column per label)
                or ``workers`` (worker, accuracy, its 90 % interval, number of answers).
            library: ``pandas``, ``polars`` or ``arrow``, whatever was fitted.

        Returns:
            A frame of pandas or Polars; an Arrow table where neither was given or asked for.

        Raises:
            NotFittedError: ``fit`` was not called.
            BadInput: there is no such table or library, or the library is not installed.

        Example:
            >>> vote = MajorityVote().fit(list("aab"), list("xyx"), list("771"))
            >>> vote.frame("posterior").column_names
            ['task', '1', '7']
        """
        result = self._fitted()
        tables = {"labels": "labels", "posterior": "posterior", "workers": "skill"}
        if of not in tables:
            raise BadInput(
                f"no table {of!r}; there are: {', '.join(tables)}", code="estimator-table"
            )
        return frame_of(getattr(result, tables[of]), library or self.library_)

    @cached_property
    def tasks_(self) -> Names:
        """Names of the tasks in order of their first answer, shape (n_tasks,)."""
        return array_of(self._fitted().task_names)

    @cached_property
    def workers_(self) -> Names:
        """Names of the workers, the one with the most answers first, shape (n_workers,)."""
        return array_of(self._fitted().worker_names)

    @cached_property
    def classes_(self) -> Names:
        """The labels in their order, shape (n_classes,)."""
        return array_of(self._fitted().label_names)

    @cached_property
    def labels_(self) -> Names:
        """Label of each task, shape (n_tasks,)."""
        return self.classes_[self._decided[0]]

    @cached_property
    def confidences_(self) -> Floats:
        """Probability that each label is right, shape (n_tasks,)."""
        return self._decided[1]

    @cached_property
    def probas_(self) -> Floats:
        """Probability of each label of each task, shape (n_tasks, n_classes)."""
        return self._fitted().chances

    @cached_property
    def skills_(self) -> Floats:
        """Expected share of right answers of each worker, shape (n_workers,)."""
        return cast("Floats", self._fitted().skill.column("accuracy").to_numpy())

    @cached_property
    def confusion_(self) -> Floats:
        """Probability of each answer given the truth, shape (n_workers, n_classes, n_classes).

        At [w, k, j]: that worker w answers j where the truth is k.
        """
        return self._fitted().confusion

    @property
    def n_iter_(self) -> int:
        """Number of iterations; 0 for a vote without any."""
        return self._fitted().n_iter

    @property
    def converged_(self) -> bool:
        """Whether the fit settled before its limit of iterations."""
        return self._fitted().converged

    def get_params(self, *, deep: bool = True) -> dict[str, object]:
        """Return the parameters of the constructor by name; ``deep`` changes nothing."""
        del deep
        return {name: getattr(self, name) for name in _parameters(type(self))}

    def set_params(self, **params: object) -> Self:
        """Set parameters of the constructor by name; return the estimator itself.

        Raises:
            BadInput: there is no parameter of that name.
        """
        parameters = _parameters(type(self))
        for name, value in params.items():
            if name not in parameters:
                raise BadInput(
                    f"{type(self).__name__} has no parameter {name!r}; there are: "
                    f"{', '.join(parameters)}",
                    code="estimator-parameter",
                )
            setattr(self, name, value)
        return self

    def __sklearn_is_fitted__(self) -> bool:
        """Return whether ``fit`` was called; read by scikit-learn's ``check_is_fitted``."""
        return "result_" in vars(self)

    def __sklearn_tags__(self) -> object:
        """Return scikit-learn's description of a classifier of names; it alone asks for this."""
        utils = import_module("sklearn.utils")
        return utils.Tags(
            estimator_type="classifier",
            target_tags=utils.TargetTags(required=False),
            classifier_tags=utils.ClassifierTags(),
            input_tags=utils.InputTags(two_d_array=False, categorical=True, string=True),
        )

    def __repr__(self) -> str:
        """Return the call that makes this estimator, without the default values."""
        changed = [
            f"{name}={getattr(self, name)!r}"
            for name, default in _parameters(type(self)).items()
            if getattr(self, name) is not default and getattr(self, name) != default
        ]
        return f"{type(self).__name__}({', '.join(changed)})"

    def _options(self) -> Options:
        """Return options of ``infer`` that this estimator alone has."""
        return {}

    def _fitted(self) -> Result:
        result: Result | None = vars(self).get("result_")
        if result is None:
            raise NotFittedError(f"this {type(self).__name__} is not fitted yet; call fit() first")
        return result

    @property
    def _decided(self) -> tuple[Codes, Floats]:
        return self._fitted().decided

    def _figure(self, name: str) -> Floats:
        return self._fitted().fitted.extra[name]

    def _rows_of(self, task: object) -> Codes:
        """Return the row of each task in the fitted arrays."""
        names = column_of(task, "task")
        rows = match(names, self._fitted().task_names)
        missing = np.flatnonzero(rows < 0)
        if len(missing):
            raise BadInput(
                f"task {names[int(missing[0])].as_py()!r} has no answer among those fitted; "
                f"{len(missing)} of {len(rows)} tasks have none",
                code="task-unanswered",
            )
        return rows


class MajorityVote(LabelEstimator):
    """The label with the most votes; of equal ones the first in their order.

    Source:
        Condorcet (1785), Essai sur l'application de l'analyse à la probabilité des décisions.

    Example:
        >>> MajorityVote().fit(list("aaabb"), list("xyzxy"), list("771" "11")).labels_.tolist()
        ['7', '1']
    """

    model = "majority"


class WeightedVote(LabelEstimator):
    """Votes weighed by how often each worker agrees with the weighed vote.

    Source:
        Littlestone and Warmuth (1994), https://doi.org/10.1006/inco.1994.1009; Wawa of Crowd-Kit.

    Example:
        >>> vote = WeightedVote().fit(list("aaabb"), list("xyzxy"), list("771" "11"))
        >>> vote.predict(["b"]).tolist()
        ['1']
    """

    model = "weighted"


class OneCoin(LabelEstimator):
    """One accuracy for each worker, the same whatever the truth.

    Source:
        Zhang et al. (2014), https://arxiv.org/abs/1406.3824.

    Example:
        >>> coin = OneCoin().fit(list("aaabbb"), list("xyzxyz"), list("771111"))
        >>> bool(coin.skills_[coin.workers_.tolist().index("z")] < coin.skills_.max())
        True
    """

    model = "one-coin"


class Mace(LabelEstimator):
    """Each answer is either meant, and right, or spam drawn from a habit of the worker.

    Source:
        Hovy et al. (2013), https://aclanthology.org/N13-1132.

    Example:
        >>> mace = Mace().fit(list("aaabbb"), list("xyzxyz"), list("771111"))
        >>> mace.meant_.shape, mace.habits_.shape
        ((3,), (3, 2))
    """

    model = "mace"

    @property
    def meant_(self) -> Floats:
        """Share of its answers that each worker means, shape (n_workers,)."""
        return self._figure("meant")

    @property
    def habits_(self) -> Floats:
        """Probability of each label where a worker answers as spam, (n_workers, n_classes)."""
        return self._figure("habit")


class Glad(LabelEstimator):
    """An ability for each worker and an ease for each task.

    Source:
        Whitehill et al. (2009), https://papers.nips.cc/paper/3644.

    Example:
        >>> glad = Glad().fit(list("aaabbb"), list("xyzxyz"), list("771111"))
        >>> glad.abilities_.shape, glad.ease_.shape
        ((3,), (2,))
    """

    model = "glad"

    @property
    def abilities_(self) -> Floats:
        """Ability of each worker; 0 is guessing, below it worse; shape (n_workers,)."""
        return self._figure("ability")

    @property
    def ease_(self) -> Floats:
        """How easy each task is: above 0, and 1 for an ordinary one; shape (n_tasks,)."""
        return np.exp(self._figure("log_ease"))


class DawidSkene(LabelEstimator):
    """A table of errors for each worker: what they answer under each truth.

    Source:
        Dawid and Skene (1979), https://doi.org/10.2307/2346806, with Dirichlet priors.

    Example:
        >>> model = DawidSkene().fit(list("aaabbb"), list("xyzxyz"), list("771111"))
        >>> model.labels_.tolist(), model.classes_.tolist(), model.confusion_.shape
        (['7', '1'], ['1', '7'], (3, 2, 2))
        >>> model.predict_proba(["a"]).argmax(axis=1).tolist()
        [1]
    """

    model = "dawid-skene"


class MaceDawidSkene(LabelEstimator):
    """``DawidSkene`` whose prior for each worker is their table of ``Mace``.

    Source:
        Dawid and Skene (1979), https://doi.org/10.2307/2346806, with the tables of Hovy et al.
        (2013), https://aclanthology.org/N13-1132, as an empirical prior.

    Example:
        >>> table = {"task": list("aab"), "worker": list("xyx"), "label": [1, 1, 0]}
        >>> MaceDawidSkene().fit_predict(table).tolist()
        [1, 0]
    """

    model = "mace-dawid-skene"


class PooledDawidSkene(LabelEstimator):
    """``DawidSkene`` whose prior for each worker is the table of all workers together.

    Source:
        Passonneau and Carpenter (2014), https://doi.org/10.1162/tacl_a_00185.

    Example:
        >>> table = {"task": list("aab"), "worker": list("xyx"), "label": [1, 1, 0]}
        >>> PooledDawidSkene().fit(table).predict().tolist()
        [1, 0]
    """

    model = "dawid-skene-pooled"


class OrdinalDawidSkene(LabelEstimator):
    """``DawidSkene`` for labels in an order: errors to near labels are likelier than to far ones.

    Source:
        Dawid and Skene (1979), https://doi.org/10.2307/2346806; the band is ours.

    Example:
        >>> grades = OrdinalDawidSkene(classes=["poor", "fair", "good"])
        >>> grades.fit(list("aab"), list("xyx"), ["good", "good", "poor"]).classes_.tolist()
        ['poor', 'fair', 'good']
    """

    model = "ordinal"


class Auto(LabelEstimator):
    """The mean of several models, weighed by how often each is right on simulated crowds.

    Args:
        classes: as of every estimator.
        duplicates: as of every estimator.
        threads: as of every estimator.
        seed: chooses the crowds that are simulated.

    Source:
        Hoeting et al. (1999), https://doi.org/10.1214/ss/1009212519.

    Example:
        >>> auto = Auto().fit(list("aaabbb"), list("xyzxyz"), list("771111"))
        >>> auto.labels_.tolist(), auto.chosen_
        (['7', '1'], 'auto')
    """

    model = "auto"

    def __init__(
        self,
        *,
        classes: Sequence[object] | None = None,
        duplicates: Duplicates = "last",
        threads: int = 2,
        seed: int = 0,
    ) -> None:
        super().__init__(classes=classes, duplicates=duplicates, threads=threads)
        self.seed = seed

    @property
    def chosen_(self) -> str:
        """Name of the model whose labels these are."""
        return self._fitted().model

    @property
    def reason_(self) -> str:
        """Why this model was chosen, in a sentence."""
        return self._fitted().why

    def _options(self) -> Options:
        return {"seed": self.seed}


def _parameters(kind: type[LabelEstimator]) -> dict[str, object]:
    """Return the parameters of a constructor with their defaults."""
    parameters = list(inspect.signature(kind.__init__).parameters.values())[1:]
    return {parameter.name: parameter.default for parameter in parameters}
