"""The vote on one vehicle's plate: distributions are fused, not strings."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from streamer.config import VotingConfig
from streamer.datatypes import PlateRead
from streamer.geometry import quad_centre, quad_size
from streamer.voting.alike import best_of_alike, drawing_of, log_shares_of_alike, mass_of_twins
from streamer.voting.ctc import beam_search, condense, encode, log_likelihoods, stack
from streamer.voting.cut_off import UNCUT, CutOff
from streamer.voting.evidence import Grounds, Sight, grounds_of, weights
from streamer.voting.parts import explained_by_parts
from streamer.voting.prior import FormatPrior

_BEAM_WIDTH = 8
_PROPOSALS = 5
"""Texts that each read proposes."""
_POOL = 40
"""Texts that are voted on at a time."""
_RIVALS = 30
"""A read that is wrong altogether spreads what it says over this many texts."""
_UNLISTED = 0.004
"""How likely a text that is on nobody's list is under one more read, relative to the likeliest text there."""

_LEAST_GAIN = _LEAST_DOUBT = 1e-300
_LEAST_PROBABILITY = 1e-15
"""Instead of zero, where a logarithm is taken or something divided; a doubt is told from 1 in such steps only."""


@dataclass(frozen=True, slots=True)
class Share:
    """A text on the ballot and its share of the posterior probability."""

    text: str
    probability: float
    doubt: float
    """Probability of every other text but those that look like this one: by its glyphs (O and 0, I and 1), or where
    formats tell them apart, not reads (`FormatPrior.confusion`). Kept besides, as what `probability` lacks to 1 may be
    less than a float can tell."""
    longer: float = 0.0
    """Probability that the plate has more than the text, hidden in every frame."""
    twins: float = 0.0
    """Probability of the texts that differ from it in nothing but O for 0, which count as the same."""

    @property
    def log_odds(self) -> float:
        """Natural logarithm of the odds that the reads speak of this text, or of one that looks like it."""
        doubt = min(max(self.doubt, _LEAST_DOUBT), 1 - _LEAST_PROBABILITY)
        return math.log1p(-doubt) - math.log(doubt)

    @property
    def of_alike(self) -> float:
        """Its share, O and 0 as one, of the probability that it has together with the texts that look like it."""
        return min((self.probability + self.twins) / max(1 - self.doubt, _LEAST_PROBABILITY), 1.0)


class Ballot:
    """Collects the reads of one vehicle and says how likely each text is.

    Notes
    -----
    For a read r and a text c let P_r(c) be the probability of c under the read's columns (CTC forward algorithm) and
    m_r its maximum over the texts on the ballot. The read counts as

        l_r(c) = (1 - e) P_r(c) / m_r + e / 30

    where e (`misread_share`) is the share of reads that are wrong altogether and then name any of about thirty texts: a
    mixture with a floor, so that a single read can move the odds of two texts by no more than 30 / e, however sure it
    is of itself (bounded influence: Hampel et al. 1986, Robust Statistics, 1.3). All texts that are on nobody's list
    are one more hypothesis; from one read, the one that leaves least, they get what it leaves, e + (1 - sum_c P_r(c)) /
    m_r, and from every other read 0.004, weighted like all else. That is so near to the floor that a text stays ahead
    of them as long as one read in five fits it: reads that are wrong, each in its own way, have no text in common. Then

        ln posterior(c) = ln prior(c) + sum_r w_r ln l_r(c) + constant

    with the weights of `evidence.weights`: bad reads and reads that doubt themselves have small weights, and
    neighbouring frames don't count twice. A read of a part of a plate counts for the whole, too (`parts`): P_r(c) / m_r
    is at least what it is for the part, times the probability that no more was to be seen. At the frame's edge
    (`cut_off`) a read is of a part more likely than not: that there is more of each text than anybody has seen is one
    more hypothesis, by which every read that may be cut off fits its text and every other one fits 0.004; and where the
    edge goes along the text, e is the larger by it. The numbers were chosen on the development clips and on simulated
    reads. Nothing is aligned, and reads of different lengths need no special care.

    Whether a stroke is I or 1, a ring O or 0, depends on how the plate is lettered, which is the same in every frame:
    many frames prove no more of it than one. So texts that look alike (`alike`) first stand together, every read
    counting for all of them as it counts for the likeliest, and then share what they have by the mean of ln l_r over
    the reads instead of the sum, by their priors, and by how many countries have such plates. Of 1,119 plates with such
    a character on development clips, the share by the mean is right as often as it says: in the least sure twelfth
    0.62, and 54 % are right, then 0.80 (83 %), 0.90 (94 %), 0.94 (94 %), 0.96 (96 %). By the sum, 72 to 75 % of shares
    from 0.9 to 0.999 are.

    At last, where regions are named, a text that fits inherits from texts that don't and that it is misread as: a
    reader that takes O for 0 does so in every frame (`FormatPrior.confusion`).
    """

    def __init__(self, config: VotingConfig, prior: FormatPrior) -> None:
        self._config = config
        self._prior = prior
        self._texts: list[str] = []
        self._columns: list[np.ndarray] = []
        self._sights: list[Sight] = []
        self._log_p = np.zeros((0, 0))
        self._weights: np.ndarray | None = None
        """How much each read counts, (reads,), as long as it is known."""
        self._shares: tuple[Share, ...] | None = ()

    def __len__(self) -> int:
        return len(self._columns)

    @property
    def shares(self) -> tuple[Share, ...]:
        """The texts and their posterior probabilities, best first; what they lack to 1 is some other text's."""
        if self._shares is None:
            self._shares = self._count()
        return self._shares

    @property
    def grounds(self) -> Grounds:
        """What the likeliest text stands on."""
        if not self.shares:
            return Grounds(0.0)
        return grounds_of(self._sights, self._weight(), self.shares[0].text)

    def add(
        self, read: PlateRead, timestamp_s: float, quad: np.ndarray, overlay: bool = False, cut: CutOff = UNCUT
    ) -> None:
        """Take one read in.

        Parameters
        ----------
        read
            Its probabilities and quality.
        timestamp_s
            Time of the frame.
        quad
            (4, 2) px of the plate in the frame.
        overlay
            Whether it is a read of several frames' images laid over one another.
        cut
            Whether the frame's edge cuts the plate off.
        """
        if not len(read.probabilities) or not np.isfinite(read.probabilities).all():
            return
        width, height = quad_size(quad)
        log_aspect = math.log(max(width, 1.0) / max(height, 1.0))
        sight = Sight(timestamp_s, *quad_centre(quad), read.quality, read.certainty, overlay, log_aspect, cut)
        self._take(condense(read.probabilities), sight)

    def join(self, other: Ballot) -> None:
        """Take in every read of another ballot, which was on the same vehicle; the other is not changed."""
        for columns, sight in zip(other._columns, other._sights, strict=True):
            self._take(columns, sight)

    def support(self, read: PlateRead, text: str) -> float:
        """Return how likely a read makes `text`, relative to the likeliest text on the ballot, 0 to 1."""
        texts = [text, *self._texts]
        lengths = np.array([len(t) for t in texts])
        log_p = log_likelihoods(condense(read.probabilities)[None], encode(texts), lengths)[0]
        return float(np.exp(log_p[0] - log_p.max()))

    def _take(self, columns: np.ndarray, sight: Sight) -> None:
        """Take in a read, condensed, and how it was seen."""
        proposed = beam_search(columns, _BEAM_WIDTH, _PROPOSALS)
        repaired = [repair for text in proposed[:2] for repair in self._prior.repairs(text)]
        self._propose([text for text in dict.fromkeys((*proposed, *repaired)) if text not in self._texts])
        self._columns.append(columns)
        self._sights.append(sight)
        self._weights = None
        states, lengths = encode(self._texts), np.array([len(text) for text in self._texts])
        self._log_p = np.vstack([self._log_p, log_likelihoods(columns[None], states, lengths)])
        self._forget()
        self._shares = None

    def _propose(self, texts: list[str]) -> None:
        """Put new texts on the ballot: what do the reads so far make of them?"""
        if not texts:
            return
        added = np.zeros((len(self._columns), len(texts)))
        if self._columns:
            lengths = np.array([len(text) for text in texts])
            added = log_likelihoods(stack(self._columns), encode(texts), lengths)
        self._texts += texts
        self._log_p = np.hstack([self._log_p, added])

    def _forget(self) -> None:
        """Drop the read that says least when there are too many, and texts that nothing speaks for."""
        if len(self._columns) > self._config.max_reads:
            least = int(np.argmin(self._weight()))
            del self._columns[least], self._sights[least]
            self._weights = None
            self._log_p = np.delete(self._log_p, least, axis=0)
        if len(self._texts) > _POOL:
            score = self._scores(self._weight())[1]
            keep = np.sort(np.argsort(-score, kind="stable")[: _POOL - _PROPOSALS])
            self._texts = [self._texts[i] for i in keep]
            self._log_p = self._log_p[:, keep]

    def _weight(self) -> np.ndarray:
        """Return how much each read counts, (reads,)."""
        if self._weights is None:
            self._weights = weights(self._sights, self._config.correlation_s)
        return self._weights

    def _scores(self, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
        """Return log-likelihoods, with the reads' weights: of the (texts,), of any that looks like each of them, of
        more than each of them, and of all that are not listed.

        What makes a text a part no likelier than it makes any other text is among the last of these already.
        """
        right = (1 - self._config.misread_share) * (1 - np.array([sight.cut.across for sight in self._sights]))
        likelihoods = np.exp(self._log_p)
        left = np.maximum(1 - likelihoods.sum(axis=1), 0) / likelihoods.max(axis=1) + 1 - right
        whole, longer = explained_by_parts(self._texts, likelihoods, weight, self._sights)
        floor = (1 - right[:, None]) / _RIVALS
        listed = weight @ np.log(right[:, None] * whole + floor)
        alike = weight @ np.log(right[:, None] * best_of_alike(drawing_of(self._texts), whole) + floor)
        unlisted = np.min(weight * np.log(left) + (weight.sum() - weight) * np.log(_UNLISTED))
        gain = weight @ np.log1p(right[:, None] * longer / _UNLISTED)
        before, after = np.log(np.maximum(np.expm1(gain), _LEAST_GAIN))
        more = weight.sum() * np.log(_UNLISTED) + np.logaddexp(before, after)
        return listed, alike, more, float(unlisted)

    def _count(self) -> tuple[Share, ...]:
        weight = self._weight()
        score, alike, more, unlisted = self._scores(weight)
        priors = {i: self._prior.log_prior(text) for i, text in enumerate(self._texts) if text}
        allowed = {i: prior for i, prior in priors.items() if prior is not None}
        if not allowed:
            return ()
        texts = [self._texts[i] for i in allowed]
        drawing = drawing_of(texts)
        common = np.array([self._prior.commonness(text) for text in texts])
        of_alike = log_shares_of_alike(drawing, self._inherited(allowed, score) / max(weight.sum(), 1.0) + common)
        posterior = self._inherited(allowed, alike) + of_alike + np.array(list(allowed.values()))
        more = more + np.array([self._prior.log_prior_of_more(text) for text in self._texts])
        top = max(posterior.max(), more.max(), unlisted)
        mass, longer = np.exp(posterior - top), np.exp(more - top)
        besides = longer.sum() + np.exp(unlisted - top) + self._nothing(score, top)
        total = mass.sum() + besides
        doubt = self._unlike(texts, drawing) @ mass + besides
        numbers = np.stack([mass, doubt, longer[list(allowed)], mass_of_twins(texts, mass)], axis=1) / total
        shares = [Share(text, *row) for text, row in zip(texts, numbers.tolist(), strict=True)]
        return tuple(sorted(shares, key=lambda share: -share.probability))

    def _unlike(self, texts: list[str], drawing: np.ndarray) -> np.ndarray:
        """Return which of the texts reads tell apart, (n, n) bool."""
        unlike = drawing[:, None] != drawing
        if self._prior.knows_better:
            confused = np.array([[self._prior.confusion(a, b) > 0 for b in texts] for a in texts])
            unlike &= ~(confused | confused.T)
        return unlike

    def _nothing(self, score: np.ndarray, top: float) -> float:
        """Return what speaks for the empty text, that is for no plate."""
        return float(np.exp(score[self._texts.index("")] - top)) if "" in self._texts else 0.0

    def _inherited(self, chosen: Iterable[int], score: np.ndarray) -> np.ndarray:
        """Return the scores of texts, (n,), with what each inherits from texts that it is constantly misread as."""
        total = score[list(chosen)]
        if not self._prior.knows_better:
            return total
        for n, i in enumerate(chosen):
            for j, other in enumerate(self._texts):
                confusion = self._prior.confusion(self._texts[i], other) if i != j and score[j] > score[i] else 0.0
                if confusion:
                    total[n] = np.logaddexp(total[n], score[j] + np.log(confusion))
        return total
