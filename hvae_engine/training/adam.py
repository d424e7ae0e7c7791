"""Adam in one fused kernel, for steps that may be refused on the device."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

BETAS = 0.9, 0.999
EPS = 1e-8


class Adam:
    """Adam (Kingma and Ba 2015), the numbers of `torch.optim.Adam(fused=True)`.

    It calls the kernel under torch's class itself, since the bookkeeping around it there takes half as long again as
    the kernel on a CPU, which a small network feels in every step.

    Args:
        parameters: to learn; all on one device, all float32.
        lr: learning rate, (), on that device.
        eps: added to the root of the second moment.

    Attributes:
        parameters: as given.
        count: steps taken, (), float32, on the device.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], lr: Tensor, eps: float = EPS) -> None:
        self.parameters: list[Tensor] = list(parameters)
        self.lr, self.eps = lr, eps
        self.count = torch.zeros((), device=lr.device)
        self._means = [torch.zeros_like(parameter) for parameter in self.parameters]
        self._squares = [torch.zeros_like(parameter) for parameter in self.parameters]

    def clear(self) -> None:
        """Forget the gradients."""
        for parameter in self.parameters:
            parameter.grad = None

    def gradients(self) -> list[Tensor]:
        """The gradient of each parameter; zeros where a loss does not reach it."""
        return [torch.zeros_like(one) if one.grad is None else one.grad for one in self.parameters]

    @torch.no_grad()
    def step(self, refused: Tensor | None = None) -> None:
        """Take one step along the gradients.

        Args:
            refused: (), 1 where nothing is to change, which the device reads by itself; None: take it.
        """
        self.count.add_(1)
        torch._fused_adam_(
            self.parameters,
            self.gradients(),
            self._means,
            self._squares,
            [],
            [self.count] * len(self.parameters),
            lr=self.lr,
            beta1=BETAS[0],
            beta2=BETAS[1],
            weight_decay=0.0,
            eps=self.eps,
            amsgrad=False,
            maximize=False,
            found_inf=refused,
        )
        if refused is not None:
            self.count.sub_(refused)

    def state(self) -> dict[str, Tensor]:
        """All that a run needs to go on, by name."""
        moments = {"mean": self._means, "square": self._squares}
        named = {f"{name}.{i}": value for name, values in moments.items() for i, value in enumerate(values)}
        return {"count": self.count, **named}

    @torch.no_grad()
    def restore(self, state: dict[str, Tensor]) -> None:
        """Put back what `state` named."""
        for name, value in self.state().items():
            value.copy_(state[name])
