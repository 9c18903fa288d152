"""The therapists and clients of the benchmark's plain Mesa model (`plain_mesa.py`).

Nothing is shared with `science.rules`: the equations are written out again, so that equal outcomes (within sampling
error) check both.
"""

from math import exp, inf, log, tanh
from typing import TYPE_CHECKING, Any

import mesa

if TYPE_CHECKING:
    from tearsim.study.bench.plain_mesa import PlainPractice

YEAR = 52


def chance(log_odds: float) -> float:
    """Probability from log-odds."""
    return 1 / (1 + exp(-log_odds)) if log_odds > -500 else 0.0


class PlainTherapist(mesa.Agent):
    """Someone with a number of places, each with a client or free."""

    def __init__(self, model: "PlainPractice", years: float | None = None) -> None:
        super().__init__(model)
        p, gauss = model.p, model.random.gauss
        self.empathy = model.trait("therapist_empathy")
        self.boundary = model.trait("therapist_boundary_sensitivity")
        self.comforting = model.trait("therapist_comforting")
        self.propensity = p.log_odds_of_therapist_tear_propensity + p.therapist_tear_propensity_spread * gauss(0, 1)
        self.skill = gauss(0, 1)
        self.leaving = gauss(0, 1)
        self.strain = gauss(0, 1)
        while years is None or years >= p.career_length:
            years = model.random.expovariate(1 / p.therapist_experience)
        self.years = years
        self.comfort = chance(
            p.comfort_base
            + p.comfort_experience * years
            + p.comfort_boundary * (self.boundary - 0.5)
            + p.comfort_spread * gauss(0, 1)
        )
        self.clients: list[PlainClient] = []
        self.helped = self.harmed = 0

    @property
    def free_places(self) -> int:
        """How many more clients there is room for."""
        return self.model.p.caseload - len(self.clients)

    def begin_week(self) -> None:
        """The strain of a week of one's own life."""
        p = self.model.p
        self.strain = p.strain_persistence * self.strain + p.new_strain * self.model.random.gauss(0, 1)
        self.helped = self.harmed = 0

    def step(self) -> None:
        """Learn from the week's tears, grow older, and retire at the end of a career."""
        p = self.model.p
        change = self.helped * (1 - self.comfort) - self.harmed * self.comfort
        self.comfort = min(1, max(0, self.comfort + p.comfort_learning * change))
        self.years += 1 / 52
        if self.years >= p.career_length:
            successor = PlainTherapist(self.model, years=0.0)
            for client in self.clients:
                client.begin(successor)
            self.model.therapists[self.model.therapists.index(self)] = successor
            self.remove()


class PlainClient(mesa.Agent):
    """Someone who comes for therapy, once a week."""

    def __init__(self, model: "PlainPractice", therapist: PlainTherapist) -> None:
        super().__init__(model)
        p, gauss = model.p, model.random.gauss
        self.empathy = model.trait("client_empathy")
        self.boundary = model.trait("client_boundary_sensitivity")
        self.warmth_expected = model.trait("client_warmth_expected")
        self.propensity = p.log_odds_of_client_tear_propensity + p.client_tear_propensity_spread * gauss(0, 1)
        spread = p.responsiveness_spread
        self.responsiveness = model.random.lognormvariate(-(spread**2) / 2, spread)
        self.good_enough = gauss(p.good_enough, p.good_enough_spread)
        self.agreed = inf
        if model.random.random() < p.agreed_share:
            self.agreed = model.random.lognormvariate(log(p.agreed_sessions), p.agreed_sessions_spread)
        self.bond_share = gauss(0, 1)
        self.distress = max(0, gauss(p.intake_distress, p.intake_distress_spread))
        self.unsettled_before = self.unsettled = False
        self.left: list[PlainTherapist] = []
        self.ready = self.patience_ends = inf
        self.left_in_week = 0
        self.first_week = model.week
        self.begin(therapist)

    def begin(self, therapist: PlainTherapist) -> None:
        """Start an episode with a therapist."""
        p, gauss = self.model.p, self.model.random.gauss
        self.therapist: Any = therapist  # None out of therapy, where nobody asks for one
        therapist.clients.append(self)
        self.unsettled_before = self.unsettled_before or self.unsettled
        self.unsettled = False
        self.sessions = 0
        self.distress_at_start = self.distress
        self.rupture = self.openness = 0.0
        self.noticed = 0
        distance = (self.warmth_expected - 0.5 - (therapist.comforting - 0.35)) ** 2
        distance += (self.boundary - therapist.boundary) ** 2
        agreement, share = p.congruence_of_fit, p.client_share_of_bond
        self.fit = -(agreement**0.5) * (distance - 0.17) / 0.153 + (1 - agreement) ** 0.5 * gauss(0, 1)
        self.settles_at = (
            p.level_base
            + p.level_empathy * (therapist.empathy - 0.65)
            + p.level_skill * therapist.skill
            + p.level_spread * (share**0.5 * self.bond_share + (1 - share) ** 0.5 * self.fit)
        )
        self.bond = p.first_bond + p.first_level * (self.settles_at - 1.3) + p.first_spread * gauss(0, 1)
        if self.unsettled_before:
            self.bond += p.first_unsettled
        self.alliance = chance(self.bond)
        self.theme = gauss(0, 1)

    def step(self) -> None:
        """A week: a session, or living on, perhaps looking for someone new; and a question after a year."""
        looking = self.therapist is None and self.ready < inf
        if self.therapist is not None:
            self.attend()
        else:
            drift = self.model.p.distress_outside * self.distress
            self.distress = max(0, self.distress + drift + self.noise())
        if self.model.week == self.first_week + YEAR - 1:
            self.model.count["asked"] += 1
            self.model.count["asked_distress"] += self.distress
        if looking and self.model.week >= self.ready:
            self.look()
        if self.therapist is None and self.ready == inf and not self.is_followed():
            self.remove()

    def is_followed(self) -> bool:
        """Whether the question after a year still lies ahead, within the watch."""
        return self.model.week < self.first_week + YEAR - 1 < self.model.p.weeks

    def noise(self) -> float:
        """What life adds to distress this week."""
        p = self.model.p
        variance = p.distress_spread_at_zero + (1 - p.distress_spread_at_zero) * min(1, self.distress / 2)
        return p.distress_spread * variance**0.5 * self.model.random.gauss(0, 1)

    def attend(self) -> None:
        """One session with the therapist."""
        model, therapist = self.model, self.therapist
        p, random, gauss = model.p, model.random.random, model.random.gauss
        if self.sessions > 0:
            self.theme = p.theme_kept * self.theme + (1 - p.theme_kept**2) ** 0.5 * gauss(0, 1)
        self.sessions += 1
        felt_empathy = (
            p.felt_trait * (therapist.empathy - 0.65) / 0.17 + p.felt_fit * self.fit + p.felt_session * gauss(0, 1)
        )
        depth = chance(
            p.depth_base
            + p.depth_alliance * (self.alliance - 0.75)
            + p.depth_distress * (self.distress - 1)
            + p.depth_empathy * felt_empathy
            + p.depth_spread * gauss(0, 1)
        )
        cries = random() < chance(
            p.client_cries_base
            + self.propensity
            + p.client_cries_theme * self.theme
            + p.client_cries_depth * (depth - 0.6)
            + p.client_cries_rupture * self.rupture
            + p.client_cries_openness * self.openness
        )
        release, discomfort, hushed = 0.0, False, False
        if cries:
            relief = p.release_base + p.release_alliance * (self.alliance - 0.5) + p.release_rupture * self.rupture
            hushed = random() < therapist.comforting
            if random() < chance(relief):
                release = p.hush_release_kept if hushed else 1.0
            else:
                discomfort = True
        level, noticed, appraisal = self.tears(depth, cries)
        stopped = level == 3

        unsettled, moved = appraisal < -p.reception_threshold, appraisal > p.reception_threshold
        severity, repaired = self.fall_out(appraisal, unsettled)
        still_open = max(0 if repaired else p.rupture_kept * self.rupture, severity)
        before = self.distress
        after = before + p.distress_release * release + p.distress_discomfort * discomfort
        after += p.distress_rupture * still_open + self.noise()
        if not stopped:
            pace = exp(
                p.progress_alliance * (self.alliance - 0.7)
                + p.progress_skill * therapist.skill
                + p.progress_empathy * felt_empathy
            )
            after -= p.progress * self.responsiveness * pace * before
        after = max(0, after)

        self.bond += (
            p.bond_settling * (self.settles_at - self.bond)
            + p.bond_spread * gauss(0, 1)
            + p.bond_gains * (before - after)
            + p.bond_release * release
            + p.bond_empathy * felt_empathy
            - p.rupture_drop * severity
            + p.bond_moved * appraisal * moved
            + p.hush_bond * (self.warmth_expected - 0.5) * hushed
        )
        if repaired:
            self.bond += p.repair_restores * p.rupture_drop * self.rupture
        self.rupture, self.distress, self.alliance = still_open, after, chance(self.bond)
        if noticed:
            if moved:
                self.settles_at += p.lasting_moved * appraisal * p.lasting_repeat**self.noticed
            self.noticed += 1
            self.unsettled = self.unsettled or unsettled
        self.openness = p.openness_kept * self.openness + max(0, appraisal)

        self.count_session(cries, level, noticed, moved, unsettled, severity > 0, repaired)
        self.come_again_or_not(moved, unsettled)

    def fall_out(self, appraisal: float, unsettled: bool) -> tuple[float, bool]:
        """The severity of a rupture that opens, 0 for none; and whether the one that was open is repaired."""
        p, random, therapist = self.model.p, self.model.random.random, self.therapist
        severity = 0.0
        if random() < chance(p.rupture_base + p.rupture_alliance * (self.alliance - 0.75)):
            severity = p.rupture_severity * (0.5 + random())
        if unsettled:
            severity = max(severity, p.rupture_unsettled * abs(appraisal))
        repair = (
            p.repair_base
            + p.repair_empathy * (therapist.empathy - 0.65)
            + p.repair_experience * (therapist.years - 10)
            + p.repair_skill * therapist.skill
        )
        return severity, self.rupture > 0 and random() < chance(repair)

    def count_session(
        self, cries: bool, level: int, noticed: bool, moved: bool, unsettled: bool, ruptured: bool, repaired: bool
    ) -> None:
        """Add the session to what the model counts."""
        count = self.model.count
        count["sessions"] += 1
        count["alliance"] += self.alliance
        count["alliance_squared"] += self.alliance**2
        count["client_tears"] += cries
        count["ruptures"] += ruptured
        count["repaired"] += repaired
        if level > 0:
            count["felt"] += 1
            count[("near", "open", "overwhelmed")[level - 1]] += 1
            count["noticed"] += noticed
            count["moved"] += moved
            count["unsettled"] += unsettled
        if self.sessions == 3:
            count["third_sessions"] += 1
            count["third_alliance"] += self.alliance
        if self.model.week == self.first_week:
            count["arrived"] += 1

    def tears(self, depth: float, cries: bool) -> tuple[int, bool, float]:
        """The therapist's tears: level, whether noticed, and what they mean to the client."""
        p, random, therapist = self.model.p, self.model.random.random, self.therapist
        resonance = (1 + p.eyes_fill_empathy * (therapist.empathy - 0.65)) * (
            p.eyes_fill_depth * (depth - 0.6) + p.eyes_fill_client_cries * cries
        )
        own = p.eyes_fill_strain * max(0, therapist.strain)
        h = (
            p.eyes_fill_base
            + therapist.propensity
            + resonance
            + own
            + p.eyes_fill_boundary * (therapist.boundary - 0.5)
            + p.eyes_fill_comfort * (therapist.comfort - 0.5)
        )
        draw = random()
        if draw >= chance(h):
            return 0, False, 0.0
        level = 1 + (draw < chance(h - p.open_step)) + (draw < chance(h - p.open_step - p.overwhelmed_step))
        shared = random() * (own + max(0, resonance)) >= own
        appraisal = 0.0
        noticed = level > 1 or random() < p.near_noticed
        if noticed:
            spoken = random() < p.tears_spoken * (0.5 + therapist.comfort)
            appraisal = tanh(
                p.appraisal_base
                + p.appraisal_alliance * (self.alliance - 0.75)
                + p.appraisal_empathy * (self.empathy - 0.5)
                + p.appraisal_warmth * (self.warmth_expected - 0.5)
                + p.appraisal_shared * (shared - 0.5)
                + p.appraisal_comfort * (therapist.comfort - 0.5)
                + p.appraisal_boundary * (self.boundary - 0.5)
                + p.appraisal_strain * max(0, therapist.strain)
                + p.appraisal_intensity * (level - 1)
                + p.appraisal_overwhelmed * (level == 3)
                + p.appraisal_open_peak * (level == 2)
                + p.appraisal_spoken * spoken
                + p.appraisal_repeat * min(self.noticed, 4)
                + p.appraisal_burden * self.empathy * (not shared and level > 1)
                + p.appraisal_frailty * (self.distress - 1) * (level > 1)
                + p.appraisal_blur * (self.boundary - 0.5) * (level - 1)
                + p.appraisal_spread * self.model.random.gauss(0, 1)
            )
        believed_worse = appraisal < -p.reception_threshold and random() < p.belief_unsettled_shows
        shows_moved = p.belief_moved_shows if appraisal > p.reception_threshold else p.belief_improved_otherwise
        believed_better = not believed_worse and random() < shows_moved
        therapist.helped += believed_better
        therapist.harmed += believed_worse
        return level, noticed, appraisal

    def come_again_or_not(self, moved: bool, unsettled: bool) -> None:
        """Complete, leave, or stay."""
        p, random, count = self.model.p, self.model.random.random, self.model.count
        agreed_end = self.sessions >= self.agreed
        if agreed_end or (self.distress < self.good_enough and random() < p.good_enough_ends):
            count["untold"] += not agreed_end and random() < p.ends_untold
            self.end()
            return
        risk = (
            p.leaving_base
            + p.leaving_alliance * (self.alliance - 0.75)
            + p.leaving_rupture * self.rupture
            + p.leaving_early * exp(-(self.sessions - 1) / p.leaving_early_sessions)
            + p.leaving_no_better * (self.sessions >= p.no_better_after and self.distress >= self.distress_at_start)
            + p.leaving_therapist * self.therapist.leaving
            + p.leaving_unsettled * unsettled
            + p.leaving_moved * moved
        )
        if random() < chance(risk):
            count["left"] += 1
            therapist = self.therapist
            self.end()
            self.left.append(therapist)
            seeking = (
                p.seeking_base
                + p.seeking_distress * (self.distress - 1)
                + p.seeking_leavings * (len(self.left) - 1)
                + p.seeking_unsettled * self.unsettled
            )
            if random() < chance(seeking):
                self.left_in_week = self.model.week
                self.ready = self.model.week - p.seeking_wait * log(1 - random())
                self.patience_ends = self.ready + p.patience
            else:
                count["gave_up"] += 1

    def end(self) -> None:
        """Give the place back."""
        count = self.model.count
        count["ended"] += 1
        count["ended_sessions"] += self.sessions
        count["final_alliance"] += self.alliance
        if self.sessions >= 2:
            count["treated"] += 1
            count["start_distress"] += self.distress_at_start
            count["start_distress_squared"] += self.distress_at_start**2
            count["last_distress"] += self.distress
        self.therapist.clients.remove(self)
        self.therapist = None

    def look(self) -> None:
        """Take a free place with someone one has not left, or look on."""
        free = [t for t in self.model.therapists for _ in range(t.free_places) if t not in self.left]
        if free:
            self.model.count["switched"] += 1
            self.model.count["weeks_to_new"] += self.model.week - self.left_in_week
            self.ready = inf
            self.begin(self.model.random.choice(free))
        elif self.model.week >= self.patience_ends:
            self.model.count["gave_up"] += 1
            self.ready = inf
