"""The search for an allocation: annealing, bundles, branch and cut, until time or work is up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from matcher.annealing import Annealer, usual_warmth
from matcher.assignment import Floats, Problem, Rows, keeps_all, objective
from matcher.budget import Budget
from matcher.bundles import Bundles
from matcher.milp import Layout, WholeAnswer, whole
from matcher.neighbourhoods import Patches, improve
from matcher.pricing import Prices, net_values

Tell = Callable[[str], None]

#: Moves of the first annealing, and for each unit of effort.
_FIRST_MOVES, _EFFORT_MOVES = 3_000_000, 100_000
#: Above so many enterprises a resource, bundles prove little that prices do not.
_SMALL_BUNDLES = 30
#: Pairs that branch and cut is given at most, unless they are all that can matter.
_MOST_PAIRS = 40_000
#: So few pairs are tried by branch and cut at once.
_TINY, _TINY_NODES = 400, 200
#: Temperatures to begin from (by fit as shares of the usual one), and to begin again from the best.
_WARM, _WARM_FIT, _AGAIN = (0.2, 0.6), (1.0, 1.7), 0.08
#: Of the time, the share of the one long run where only annealing searches.
_LONG_RUN = 0.12
#: By work instead of time, up to so many enterprises the program over bundles is solved.
_CHOSEN_AMONG = 200
#: Beside bundles: so many runs of the whole, then so many seconds a few resources at a time before
#: the best is looked at again.
_RUNS_BESIDE, _PATCHES_SECONDS = 2, 3.0
#: Of the time, the share in which bundles prove before they better.
_PROVING = 0.5
#: Rounds of subgradient steps before the program over bundles.
_STEPS = 120
#: Nodes that each bundle may take, raised where prices settle with bundles left open.
_BUNDLE_NODES = (20_000, 200_000, 3_000_000)
#: With several quantities branch and cut gets nowhere on more pairs than these.
_FEW_PAIRS = 1500
_CLOSED = 1e-9


def search(
    problem: Problem, layout: Layout, prices: Prices, budget: Budget, seed: int, tell: Tell,
    *, start: Rows | None = None,
) -> tuple[Rows, float, bool]:  # fmt: skip
    """Look for the best allocation.

    Parameters
    ----------
    problem : Problem
        Without pairs that cannot be chosen.
    start : int array, optional
        An allocation to begin with.

    Returns
    -------
    chosen : int array
        Empty where nothing was found.
    bound : float
    impossible : bool
        It is proven that the limits cannot be kept.
    """
    seeking = _Seeking(problem, layout, prices, budget, seed)
    seeking.better(start)
    if len(problem.value) <= _TINY:
        seeking.take(seeking.branch(nodes=_TINY_NODES, seconds=budget.seconds))
    if seeking.closed or seeking.impossible:
        return seeking.answer
    tell("annealing")
    seeking.anneal(_FIRST_MOVES if budget.effort is None else budget.effort * _EFFORT_MOVES)
    if seeking.closed:
        return seeking.answer
    tell("searching")
    if budget.effort is not None:
        seeking.prove(rounds=2 * budget.effort, until=lambda: False)
        if seeking.branching_pays:
            seeking.take(seeking.branch(nodes=budget.effort, seconds=None))
    elif budget.seconds is None:
        seeking.prove(rounds=400, until=lambda: False)
        if not seeking.closed:
            seeking.take(seeking.branch(nodes=None, seconds=None))
    else:
        with ThreadPoolExecutor(1) as other:
            if seeking.branching_pays:
                branching = other.submit(seeking.branch, nodes=None, seconds=budget.left)
                seeking.go_on(branching.done)
                seeking.take(branching.result())
            else:
                beside = other.submit(seeking.anneal_on, lambda: False)
                seeking.go_on(lambda: False)
                beside.result()
                seeking.anneal_patches(other)
    return seeking.answer


class _Seeking:
    """The best allocation and bound so far, and the ways to better them."""

    def __init__(
        self, problem: Problem, layout: Layout, prices: Prices, budget: Budget, seed: int
    ) -> None:
        self.problem, self.layout, self.prices = problem, layout, prices
        self.budget, self.seed, self.runs = budget, seed, 0
        self.best: Rows | None = np.zeros(0, np.int64) if problem.free else None
        self.bound, self.impossible = prices.bound, False
        self.annealer = Annealer(
            problem, prices.reduced, prices.capacity, prices.limits, budget=budget
        )
        self._whole_values = bool((problem.value == np.round(problem.value)).all())
        self._bundles: Bundles | None = None
        self._reached: dict[float, float] = {}
        self._met: list[Rows] = []
        self._crowd = crowd = float(prices.x.sum()) / max(1, problem.resources)
        self.bundles_pay = not problem.limits and problem.quantities > 1 and crowd <= _SMALL_BUNDLES

    @property
    def answer(self) -> tuple[Rows, float, bool]:
        """What :func:`search` returns."""
        best = np.zeros(0, np.int64) if self.best is None else self.best
        return best, self.bound, self.impossible

    @property
    def worth(self) -> float:
        """Value of the best so far."""
        return -np.inf if self.best is None else objective(self.problem, self.best)

    @property
    def closed(self) -> bool:
        """Whether the best so far is proven best."""
        short = self.bound - self.worth
        return short < (1 - 1e-6 if self._whole_values else _CLOSED * (1 + abs(self.bound)))

    def better(self, found: Rows | None) -> None:
        """Keep an allocation if it keeps everything and is worth more."""
        if found is None or not keeps_all(self.problem, found):
            return
        if self.best is None or objective(self.problem, found) > self.worth:
            self.best = found

    def anneal(self, moves: float, *, again: bool = False) -> None:
        """Anneal from what the linear relaxation rounds to, or again from the best."""
        if not len(self.problem.value):
            return
        start = self.best if again and self.best is not None else self._rounded
        sweeps = max(20, round(moves / 2 / self.problem.enterprises))
        warm = _AGAIN if again else self._warm()
        self.runs += 1  # before the run: the other thread draws from elsewhere meanwhile
        found = self.annealer.run(start, sweeps=sweeps, warm=warm, seed=self.seed + self.runs)
        if found is not None and not again:
            worth = objective(self.problem, found)
            self._reached[warm] = max(worth, self._reached.get(warm, -np.inf))
        self.better(found)
        if found is not None:
            self._met.append(found)

    def _warm(self) -> float:
        """A temperature not tried yet, else the one that led farthest."""
        usual = usual_warmth(self._crowd)
        several = tuple(usual * x for x in _WARM_FIT) if self.annealer.by_fit else _WARM
        fresh = [warm for warm in several if warm not in self._reached]
        tried = max(several, key=lambda warm: self._reached.get(warm, -np.inf))
        return fresh[0] if fresh and self.runs < 2 * len(several) else tried

    @property
    def _rounded(self) -> Rows:
        most = np.flatnonzero(self.prices.x > 0.5)
        _, first = np.unique(self.problem.enterprise[most], return_index=True)
        return most[first]

    def prove(self, *, rounds: int, until: Callable[[], bool]) -> None:
        """Lower the bound by bundles, and choose among them."""
        if not self.bundles_pay or self.closed:
            return
        problem, prices, budget_is_time = self.problem, self.prices, self.budget.effort is None
        price = np.zeros(problem.enterprises)
        np.maximum.at(price, problem.enterprise, self._net)
        bundles = self._bundles = Bundles(problem, prices.capacity, self.budget)
        if self.best is not None:
            bundles.add(self.best)
        many = problem.enterprises > _CHOSEN_AMONG
        if budget_is_time or many:
            steps, few = (_STEPS, 1) if budget_is_time else (rounds, 0)
            both = _BUNDLE_NODES[few : few + 2]
            bundles.descend(price, self.worth, rounds=steps, nodes=both, until=until)
            self.bound, price = min(self.bound, bundles.bound), bundles.price
        if many and not budget_is_time:
            return  # the program over so many bundles has no end that work could be counted to
        for nodes in _BUNDLE_NODES[: None if budget_is_time else 1]:
            bundles.prove(price, rounds=rounds, nodes=nodes, until=until)
            self.bound, price = min(self.bound, bundles.bound), bundles.price
            if until() or bundles.solved:
                break
        self.choose_bundles(0.2)

    def choose_bundles(self, share: float) -> None:
        """The best allocation of bundles met so far, in a share of the time left."""
        if self._bundles is not None and not self.closed:
            while self._met:
                self._bundles.add(self._met.pop())
            left = self.budget.left
            seconds = None if left == np.inf else share * left
            nodes = self.budget.effort or 2000
            self.better(self._bundles.whole(self.best, nodes=nodes, seconds=seconds))

    def branch(self, *, nodes: int | None, seconds: float | None) -> WholeAnswer:
        """Branch and cut over the pairs that could be in a better allocation than the best."""
        # What a pair falls short by counts from the bound of these prices, not from a closer one.
        short = max(0.0, self.prices.bound - self.worth)
        pairs = np.flatnonzero(self.prices.reduced >= -short - 1e-6)
        if self.best is not None and len(pairs) > _MOST_PAIRS:
            nearest = np.argsort(-self.prices.reduced, kind="stable")[:_MOST_PAIRS]
            pairs = np.union1d(nearest, self.best)
            answer = whole(
                self.layout, pairs, start=self.best, seconds=seconds, nodes=nodes, seed=self.seed
            )
            return WholeAnswer(answer.chosen, np.inf, False)
        if self.best is not None:
            pairs = np.union1d(pairs, self.best)
        return whole(
            self.layout, pairs, start=self.best, seconds=seconds, nodes=nodes, seed=self.seed
        )

    def take(self, answer: WholeAnswer) -> None:
        """Keep what branch and cut found and proved."""
        self.impossible = answer.infeasible and self.best is None
        self.better(answer.chosen)
        # Pairs that were left out can only be in allocations worth no more than the best.
        self.bound = min(self.bound, max(answer.bound, self.worth))

    @property
    def branching_pays(self) -> bool:
        """Whether branch and cut is likely to find or prove what the rest does not."""
        problem = self.problem
        few = len(problem.value) <= _FEW_PAIRS
        return few or problem.quantities <= 1 or bool(problem.limits)

    def go_on(self, done: Callable[[], bool]) -> None:
        """Search until the time is up, the best is proven, or what goes on beside is done."""
        budget, until = self.budget, self.budget.spent + _PROVING * self.budget.left
        self.prove(rounds=10_000, until=lambda: self._over(done) or budget.spent > until)
        self.anneal_on(done)

    def _over(self, done: Callable[[], bool]) -> bool:
        return self.budget.left < 0.3 or done() or self.closed

    def anneal_on(self, done: Callable[[], bool]) -> None:
        """Anneal, each time longer; where bundles pay, choose among them in between."""
        moves, rate, times = 2.0 * _FIRST_MOVES, 1e6, 0
        budget, alone = self.budget, not (self.bundles_pay or self.branching_pays)
        mine = threading.current_thread() is threading.main_thread()
        while not self._over(done):
            most = (_LONG_RUN if alone else 0.8) * rate * budget.left
            begun, some = budget.spent, min(moves, most)
            times += 1
            if self.bundles_pay and not mine and times > _RUNS_BESIDE:
                self._anneal_patches_beside(done)
                continue
            self.anneal(some, again=times % 3 == 0)
            rate = some / max(1e-3, budget.spent - begun)
            # Where nothing else searches, one long run after a short one that tells the speed;
            # what is left of the time goes to a few resources at a time.
            moves = np.inf if alone else 2.5 * moves
            if alone and times == 2 and self.best is not None:
                return
            if mine and self.bundles_pay and self.best is not None:
                self._improve(done)

    def anneal_patches(self, other: ThreadPoolExecutor) -> None:
        """Until the time is up: a few resources at a time, on two threads."""
        if self.best is None or self.bundles_pay:
            return
        patches, over = self._patches(self.best), partial(self._over, lambda: False)
        beside = other.submit(patches.better, over, 2 * self.seed + 1)
        patches.better(over, 2 * self.seed)
        beside.result()
        self.better(patches.chosen)

    def _patches(self, chosen: Rows) -> Patches:
        return Patches(
            self.problem, chosen, self.prices.reduced, self.prices.capacity,
            self.annealer, usual_warmth(self._crowd), self.budget,
        )  # fmt: skip

    def _anneal_patches_beside(self, done: Callable[[], bool]) -> None:
        """For a while, a few resources of the best so far at a time: beside bundles."""
        if self.best is None:
            return
        self.runs += 1
        until, patches = self.budget.spent + _PATCHES_SECONDS, self._patches(self.best)
        patches.better(lambda: self.budget.spent > until or self._over(done), self.seed + self.runs)
        self.better(patches.chosen)
        self._met.append(patches.chosen)

    def _improve(self, done: Callable[[], bool]) -> None:
        """Choose among the bundles met, then a few resources at a time anew."""
        self.choose_bundles(0.1)
        for _ in range(3):
            self.runs += 1
            if self.best is not None and not self._over(done):
                better = improve(
                    self.problem, self.best, self._net, self.prices.capacity,
                    times=4, until=lambda: self._over(done),
                    seconds=min(2.0, 0.1 * self.budget.left), seed=self.seed + self.runs,
                    budget=self.budget,
                )  # fmt: skip
                self.better(better)

    @property
    def _net(self) -> Floats:
        """(p,) what the prices leave of each pair."""
        prices = self.prices
        return net_values(
            self.problem, self.layout, self.problem.value, prices.capacity, prices.limits
        )
