"""A training step as one module: what DDP wraps, torch.compile compiles and a CUDA graph captures."""

from __future__ import annotations

from torch import Tensor, nn

from hvae_engine.models import HVAE
from hvae_engine.objectives.bound import OFF, Objective, Score


class Step(nn.Module):
    """The objective of one batch, part of it labelled where the family is semi-supervised.

    J / N = s L + (1 - s) U + alpha (-log q(y|.)), s being the labelled share of the training images (Kingma et al.
    2014, equation 9: J = sum L + sum U + alpha N mean over the labelled of -log q).

    Args:
        model: the model.
        objective: its bound.
        alpha: weight of the classifier's term.
        labelled_share: s, labelled images over all training images.
    """

    def __init__(self, model: HVAE, objective: Objective, alpha: float = 0.1, labelled_share: float = 0.0) -> None:
        super().__init__()
        self.model, self.objective = model, objective
        self.alpha, self.labelled_share = alpha, labelled_share

    def forward(
        self,
        x_l: Tensor | None,
        y_l: Tensor | None,
        x_u: Tensor,
        beta: Tensor | float = 1.0,
        free_bits: Tensor | float = OFF,
    ) -> Score:
        """Score a batch.

        Args:
            x_l: labelled images, (B_l, C, H, W), or None.
            y_l: their labels, int64 (B_l,).
            x_u: the other images, (B_u, C, H, W).
            beta: weight of the KL terms in the loss.
            free_bits: nats each level may spend unpunished; -inf for none.

        Returns:
            The score of the unlabelled images, whose loss is that of the whole batch; `labelled` holds the other half.
        """
        score = self.objective(self.model, x_u, None, beta, free_bits)
        if x_l is None or y_l is None:
            return score
        labelled = self.objective(self.model, x_l, y_l, beta, free_bits)
        share = self.labelled_share
        loss = share * labelled.loss + (1 - share) * score.loss
        if labelled.label_nll is not None:
            loss = loss + self.alpha * labelled.label_nll
        return score._replace(loss=loss, error=labelled.error, labelled=labelled)
