"""Result of inference: labels with confidence and all figures behind them, as Arrow tables."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from canut.core.arrays import Codes, Floats
from canut.core.quality.estimators.em import Fitted
from canut.core.quality.estimators.skill import skill_of


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """Labels, their confidence, the model and the reason for it.

    Args:
        fitted: the fit of the model, by codes.
        task_names: name of each task.
        worker_names: name of each worker.
        label_names: name of each label.
        why: reason for this model, in one sentence.
        duplicates: number of answers excluded as duplicates of one worker and task.
        strange_gold: number of gold rows about tasks without answers.
        seconds: elapsed time by step, if a clock was given.
    """

    fitted: Fitted
    task_names: pa.Array
    worker_names: pa.Array
    label_names: pa.Array
    why: str
    duplicates: int
    strange_gold: int
    seconds: dict[str, float]

    def __repr__(self) -> str:
        """Return the model and the sizes, in one line: arrays would fill the screen."""
        return (
            f"{type(self).__name__}(model={self.model!r}, n_tasks={self.n_tasks}, "
            f"n_workers={len(self.worker_names)}, n_answers={self.n_answers}, "
            f"n_labels={len(self.label_names)})"
        )

    @property
    def model(self) -> str:
        """Name of the model that was used."""
        return self.fitted.model

    @property
    def n_iter(self) -> int:
        """Number of iterations of the fit."""
        return len(self.fitted.trace)

    @property
    def n_tasks(self) -> int:
        """Number of tasks."""
        return len(self.task_names)

    @property
    def n_answers(self) -> int:
        """Number of answers that count."""
        return len(self.fitted.rows.cell)

    @property
    def temperature(self) -> float:
        """Divisor of the model's log-odds, above 0; 1 changes nothing."""
        return self.fitted.temperature

    @property
    def converged(self) -> bool:
        """Whether the fit converged before the last iteration."""
        return self.fitted.converged

    @property
    def loglik_trace(self) -> Floats:
        """Log-likelihood (plus log-prior, if any) in nats, shape (n_iterations,)."""
        return self.fitted.trace

    @property
    def labels(self) -> pa.Table:
        """Table of task, label, confidence."""
        codes, confidence = self.decided
        names = self.label_names.take(pa.array(codes))
        columns = {"task": self.task_names, "label": names, "confidence": confidence}
        return pa.table(columns)

    @property
    def decided(self) -> tuple[Codes, Floats]:
        """Code of each task's label and its tempered confidence, both of shape (n_tasks,)."""
        return self.fitted.decide()

    @property
    def chances(self) -> Floats:
        """Tempered chance of each label of each task, shape (n_tasks, n_labels)."""
        return self.fitted.posterior()

    @property
    def posterior(self) -> pa.Table:
        """Table of task and one column per label.

        A column has the name of its label; that of a label called ``task`` is ``p_task``.
        """
        names = [str(label) for label in self.label_names.to_pylist()]
        if "task" in names:
            substitute = "p_task"
            while substitute in names:
                substitute = f"p_{substitute}"
            names[names.index("task")] = substitute
        return pa.table([self.task_names, *self.chances.T], names=["task", *names])

    @property
    def entropy(self) -> Floats:
        """Entropy of each task's label in bits, shape (n_tasks,)."""
        chances = np.maximum(self.chances, 1e-300)
        return np.asarray(-(chances * np.log2(chances)).sum(axis=1))

    @property
    def confusion(self) -> Floats:
        """Chance that worker w says j when the truth is k, at [w, k, j].

        Returns:
            Chances, shape (n_workers, n_labels, n_labels); each row sums to 1.
        """
        return self.fitted.confusion()

    @property
    def skill(self) -> pa.Table:
        """Table of worker, accuracy, its 90 % interval (low, high) and number of answers."""
        skill = skill_of(self.fitted)
        return pa.table({"worker": self.worker_names, **skill._asdict()})
