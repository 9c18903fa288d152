"""What rules may read, by name and type.

Generated from the declarations; refresh with `python docs/refresh.py`.
"""

from typing import Protocol


class Parameters(Protocol):
    """The parameters as rules read them, and what `settings.py` makes of them."""

    therapists: int
    caseload: int
    weeks: int
    estimates: int
    arrivals: int
    matching: int
    tears: int
    effect_of_tears: int
    hold_back_client: int
    hold_back_week: int
    stratified_therapists: int
    therapist_empathy: float
    therapist_empathy_spread: float
    therapist_boundary_sensitivity: float
    therapist_boundary_sensitivity_spread: float
    therapist_comforting: float
    therapist_comforting_spread: float
    therapist_tear_propensity: float
    therapist_tear_propensity_spread: float
    never_criers_share: float
    therapist_experience: float
    career_length: float
    strain_persistence: float
    grief_onset: float
    grief_end: float
    comfort_base: float
    comfort_experience: float
    comfort_boundary: float
    comfort_spread: float
    comfort_learning: float
    comfort_learns_from: int
    client_empathy: float
    client_empathy_spread: float
    client_boundary_sensitivity: float
    client_boundary_sensitivity_spread: float
    client_tear_propensity: float
    client_tear_propensity_spread: float
    client_warmth_expected: float
    client_warmth_expected_spread: float
    intake_distress: float
    intake_distress_spread: float
    responsiveness_spread: float
    good_enough: float
    good_enough_spread: float
    agreed_share: float
    agreed_sessions: float
    agreed_sessions_spread: float
    depth_base: float
    depth_alliance: float
    depth_distress: float
    depth_empathy: float
    depth_spread: float
    felt_trait: float
    felt_fit: float
    felt_session: float
    rating_error: float
    client_cries_base: float
    client_cries_theme: float
    theme_kept: float
    client_cries_depth: float
    client_cries_rupture: float
    client_cries_openness: float
    release_base: float
    release_alliance: float
    release_rupture: float
    hush_release_kept: float
    hush_bond: float
    eyes_fill_base: float
    eyes_fill_depth: float
    eyes_fill_client_cries: float
    eyes_fill_empathy: float
    eyes_fill_strain: float
    eyes_fill_grief: float
    eyes_fill_boundary: float
    eyes_fill_comfort: float
    open_step: float
    overwhelmed_step: float
    near_noticed: float
    leak_sensed: float
    belief_noticed_hit: float
    belief_noticed_false: float
    tears_spoken: float
    tears_relief: float
    appraisal_base: float
    appraisal_alliance: float
    appraisal_empathy: float
    appraisal_warmth: float
    appraisal_shared: float
    appraisal_comfort: float
    appraisal_boundary: float
    appraisal_strain: float
    appraisal_intensity: float
    appraisal_open_peak: float
    appraisal_overwhelmed: float
    appraisal_spoken: float
    appraisal_repeat: float
    appraisal_burden: float
    appraisal_frailty: float
    appraisal_blur: float
    appraisal_spread: float
    reception_threshold: float
    belief_moved_shows: float
    belief_unsettled_shows: float
    belief_improved_otherwise: float
    bond_settling: float
    bond_spread: float
    bond_gains: float
    bond_release: float
    bond_empathy: float
    level_base: float
    level_empathy: float
    level_skill: float
    level_spread: float
    client_share_of_bond: float
    congruence_of_fit: float
    bond_moved: float
    lasting_moved: float
    lasting_repeat: float
    openness_kept: float
    first_bond: float
    first_level: float
    first_spread: float
    first_unsettled: float
    rupture_base: float
    rupture_alliance: float
    rupture_severity: float
    rupture_unsettled: float
    rupture_drop: float
    rupture_kept: float
    repair_base: float
    repair_empathy: float
    repair_experience: float
    repair_skill: float
    repair_spoken: float
    repair_restores: float
    progress: float
    progress_alliance: float
    progress_empathy: float
    progress_skill: float
    distress_release: float
    distress_discomfort: float
    distress_rupture: float
    distress_spread: float
    distress_spread_at_zero: float
    distress_outside: float
    relapse: float
    endings: int
    planned_sessions: int
    good_enough_ends: float
    ends_untold: float
    leaving_base: float
    leaving_alliance: float
    leaving_rupture: float
    leaving_early: float
    leaving_early_sessions: float
    leaving_no_better: float
    no_better_after: int
    leaving_therapist: float
    leaving_unsettled: float
    leaving_moved: float
    leaving_exogenous: float
    leaving_outside_life: float
    seeking_base: float
    seeking_distress: float
    seeking_leavings: float
    seeking_unsettled: float
    seeking_wait: float
    patience: int
    informed_choices: int
    informed_error: float
    progress_strain: float
    bond_strain: float
    bad_news: float
    eyes_fill_bad_news: float
    leaving_bad_news: float
    log_odds_of_therapist_empathy: float
    log_odds_of_therapist_boundary_sensitivity: float
    log_odds_of_therapist_comforting: float
    log_odds_of_therapist_tear_propensity: float
    log_odds_of_client_empathy: float
    log_odds_of_client_boundary_sensitivity: float
    log_odds_of_client_tear_propensity: float
    log_odds_of_client_warmth_expected: float
    places: int
    watched_weeks: int
    client_part_of_level: float
    fit_part_of_level: float
    congruence_part_of_fit: float
    luck_part_of_fit: float
    new_theme: float
    new_strain: float
    leaving_early_kept: float
    careers_begun: float


class SessionLuck(Protocol):
    """A row of `Luck.sessions`."""

    client_cries: float
    release: float
    eyes_fill: float
    rupture: float
    repaired: float
    leaves: float
    seeks: float
    depth: float
    bond: float
    distress: float
    severity: float
    ends: float
    hushed: float
    outside_life: float
    noticed: float
    belief_noticed: float
    spoken: float
    origin: float
    belief: float
    untold: float
    wait: float
    turn: float
    place_order: float
    relapse: float
    displeasure: float
    bad_news: float
    spare_1: float
    spare_2: float
    outside: float
    rating: float
    appraisal: float
    fit: float
    first_bond: float
    judgement: float
    theme: float
    attunement: float


class ClientLuck(Protocol):
    """A row of `Luck.clients`."""

    empathy: float
    boundary_sensitivity: float
    tear_propensity: float
    warmth_expected: float
    responsiveness: float
    good_enough: float
    bond_share: float
    distress: float
    agreed_sessions: float
    agrees: float
    spare_1: float
    spare_2: float


class TherapistLuck(Protocol):
    """A row of `Luck.therapists`."""

    empathy: float
    boundary_sensitivity: float
    comforting: float
    tear_propensity: float
    skill: float
    leaving: float
    comfort: float
    strain: float
    experience: float
    never_cries: float
    spare_1: float
    spare_2: float


class ReportLuck(Protocol):
    """A row of `Luck.reports`."""

    distress_before: float
    distress: float
    view: float
    view_rating: float
    perceived_empathy: float
    own_empathy: float
    rosy: float
    spare_1: float


class TherapistWeekLuck(Protocol):
    """A row of `Luck.therapist_weeks`."""

    strain: float
    grief: float
    spare_1: float
    spare_2: float


class LogRow(Protocol):
    """A row of the log, as it is written."""

    week: int
    client: int
    therapist: int
    place: int
    home: int
    turn: int
    episode: int
    session: int
    depth: float
    felt_empathy: float
    client_tears: int
    hushed: bool
    tears_felt: int
    tears_shown: int
    origin: int
    noticed: bool
    belief_noticed: bool
    spoken: bool
    stopped: bool
    appraisal: float
    reception: int
    belief: int
    rupture_before: float
    repaired: bool
    rupture: float
    open_rupture: float
    alliance_before: float
    alliance: float
    bond: float
    rating: float
    distress_before: float
    distress: float
    comfort: float
    strain: float
    ending: int
