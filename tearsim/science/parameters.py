"""Every parameter of the model, declared once.

Each entry reads: name, default, hard limits, plausible range, unit; then status, source; then meaning.

- **Defaults are one world**, the best of the fitted ones (`fitted.json`); what the findings leave open of tears is what
  the open worlds differ in (`open.json`).
- **Status** says what kind of number it is: an *estimate* was fitted to published findings (its default is that of the
  best fitted world, unless its source says that it was held fixed), an *assumption* has no finding
  behind it and should be swept, a *design* choice belongs to whoever sets up the experiment.
- **Every weight is added**, with its own sign: `appraisal_boundary` is negative because blurred boundaries hurt.
  Where nobody knows the sign of a weight, its plausible range spans 0.
- **Medians and spreads**: a trait from 0 to 1 is `logistic(logit(median) + spread*z)`, so that sweeping a median keeps
  each person's place in the crowd.
- Slopes are read at a *typical* alliance, depth and empathy; those anchors are named in `scales.py`.

Tables, command-line help, the browser's sliders and ODD.md are made from this list.
"""

from collections.abc import Iterator
from dataclasses import replace

from tearsim.science import codes
from tearsim.science.declaration import Parameter, Status, Value

# Sources that many entries share.
FIT_AS_A_WHOLE = "fitted to the published findings as a whole"
FIT = f"{FIT_AS_A_WHOLE}; no study measured this number by itself"
FIT_SAYS_LITTLE = f"{FIT_AS_A_WHOLE}, which say little or nothing of it: keep it as a range"
HELD = "held fixed in the fit"
EARLIER_FIT = "an earlier, rougher fit to the same findings; since then held fixed"
GUESS = "nobody has measured it"
SETTING = "set by the experiment"
TYPICAL_BY_CONSTRUCTION = ".5 by construction: the typical person as fitted; the level sits in the base"
THERAPIST_TEARS_2013 = "Blume-Marcovici et al. 2013, doi:10.1037/a0031384"
NOTICED_TEARS_2015 = "Blume-Marcovici et al. 2015, doi:10.1176/appi.psychotherapy.2015.69.4.399"
CLIENT_TEARS_1988 = "Trezza et al. 1988 (client tears in about a fifth of sessions)"
ALLIANCE_2018 = "Flückiger et al. 2018, doi:10.1037/pst0000172"
LEAVING_2010_2012 = "Sharf et al. 2010, doi:10.1037/a0021175; Swift & Greenberg 2012, doi:10.1037/a0028226"
EARLY_LEAVING_2009 = "Olfson et al. 2009, doi:10.1176/ps.2009.60.7.898"
REPAIR_2018 = "Eubanks et al. 2018, doi:10.1037/pst0000185"
RECOVERED_1991 = "Jacobson & Truax 1991, doi:10.1037/0022-006X.59.1.12"
EMPATHY_2018 = "Elliott et al. 2018, doi:10.1037/pst0000175"
HALF_LASTS = (
    "half of what clients differ by in an earlier fit, as if half of it lasted and half passed; nobody has measured it"
)
WORN_OUT_2018 = "Delgadillo et al. 2018, doi:10.1002/da.22766 (burnout went with worse outcome; 49 therapists)"
GAINS_2022 = "Gaskell et al. 2022, doi:10.1007/s10488-022-01225-y"
THERAPISTS_2019 = "Johns et al. 2019, doi:10.1016/j.cpr.2018.08.004"

Range = tuple[float, float]
ANY_NUMBER: Range = (-20.0, 20.0)
A_SHARE: Range = (0.0, 1.0)
A_SPREAD: Range = (0.0, 5.0)


def _entry(
    name: str, default: Value, limits: Range, plausible: Range, unit: str, status: Status, source: str, meaning: str
) -> Parameter:
    return Parameter(name, default, limits, plausible, unit, meaning, status, source)


def _choice(name: str, choices: tuple[str, ...], status: Status, source: str, meaning: str) -> Parameter:
    span = (0.0, float(len(choices) - 1))
    return Parameter(name, choices[0], span, span, "choice", meaning, status, source, choices)


def _trait(
    who: str, what: str, median: float, status: Status, spread: float, source: str, meaning: str, differ_in: str
) -> Iterator[Parameter]:
    name, whose = f"{who}_{what}", f"{who}s'"
    why = {"design": TYPICAL_BY_CONSTRUCTION, "assumption": GUESS}.get(status, source)
    span = (0.05, 0.95) if status == "design" else (0.15, 0.85)
    yield _entry(name, median, A_SHARE, span, "0 to 1", status, why, f"Median of {whose} {meaning}")
    yield _entry(
        f"{name}_spread",
        spread,
        A_SPREAD,
        (0.3, 1.5) if spread < 1.5 else (1.5, 4.0),
        "log-odds",
        "estimate",
        source,
        f"How much {who}s differ in {differ_in}: standard deviation on the log-odds scale.",
    )


# fmt: off
_GROUPS: dict[str, tuple[Parameter, ...]] = {
    "Practice": (
        _entry("therapists", 20, (1, 1000), (6, 40), "people", "design", SETTING, "Therapists in the practice."),
        _entry("caseload", 10, (1, 200), (5, 20), "places", "design", SETTING, "Places each therapist has for clients."),
        _entry("weeks", 52, (1, 5200), (26, 104), "weeks", "design", SETTING, "How long the practice is watched; each client in therapy has one session a week."),
        _choice("estimates", codes.ESTIMATES, "design", SETTING, "Where numbers that nobody sets come from: the defaults, which are one world; the fitted worlds, one a replicate, so that intervals carry what the evidence leaves open of what was fitted; or the open worlds, one for two replicates in a row, which also differ in all that can change what tears do."),
        _choice("arrivals", codes.ARRIVALS, "design", SETTING, "Open: new people fill vacated places. Cohort: only those who started in week 1 are ever seen."),
        _choice("matching", codes.MATCHING, "design", SETTING, "How someone who left chooses among free places: at random, or informed about the therapists behind a few of them."),
        _choice("tears", codes.TEARS, "design", SETTING, "What becomes of a therapist's tears: shown; held back (felt, nothing shown); voiced (dry-eyed, the warmth put into words); leaking (held back, yet sometimes sensed)."),
        _choice("effect_of_tears", codes.EFFECT_OF_TEARS, "design", SETTING, "What shown tears do: full; not appraised (clients make nothing of them); none (nor does a session stop, or a therapist learn or find relief)."),
        _entry("hold_back_client", 0, (0, 10_000_000), (0, 200), "person", "design", SETTING, "The one client, by number, with whom tears are held back; 0 for nobody."),
        _entry("hold_back_week", 0, (0, 5200), (0, 52), "week", "design", SETTING, "The one week in which tears are held back with that client; 0 for every week."),
        _entry("stratified_therapists", False, A_SHARE, A_SHARE, "switch", "design", SETTING, "Draw therapists' traits as shuffled quantiles, so that a small practice is not at the mercy of one very tearful therapist."),
    ),
    "Therapists": (
        *_trait("therapist", "empathy", 0.65, "estimate", 0.8, EARLIER_FIT, "empathy: how closely they follow what a client feels.", "empathy"),
        *_trait("therapist", "boundary_sensitivity", 0.5, "assumption", 1.0, EARLIER_FIT, "boundary sensitivity: how much they mind role and person blurring.", "how they mind blurred boundaries"),
        *_trait("therapist", "comforting", 0.35, "estimate", 1.0, EARLIER_FIT, "chance of comforting a crying client too soon, which hushes the tears.", "comforting too soon"),
        *_trait("therapist", "tear_propensity", 0.5, "design", 1.875, f"{FIT_AS_A_WHOLE}; {THERAPIST_TEARS_2013}", "tear propensity: how easily their eyes fill (.5 is the typical therapist).", "how easily their eyes fill"),
        _entry("never_criers_share", 0.0, A_SHARE, (0.0, 0.3), "share", "assumption", GUESS, "Therapists who never cry, whatever happens (a rival to mere differences in propensity)."),
        _entry("therapist_experience", 14.0, (0.1, 100.0), (5.0, 20.0), "years", "estimate", f"{THERAPIST_TEARS_2013}; {HELD}", "Mean of the exponential that experience at the start is drawn from, cut at the career's length."),
        _entry("career_length", 45.0, (1.0, 100.0), (30.0, 50.0), "years", "design", "a working life", "Experience at which a therapist retires and a beginner takes over."),
        _entry("strain_persistence", 0.95, (0.0, 0.999), (0.8, 0.99), "a week", "assumption", GUESS, "How much of this week's strain from a therapist's own life is still there the next."),
        _entry("grief_onset", 0.0, A_SHARE, (0.0, 0.02), "chance a week", "assumption", GUESS, "Chance that a grief of their own begins for a therapist (a rival to mere differences in propensity)."),
        _entry("grief_end", 0.1, A_SHARE, (0.02, 0.3), "chance a week", "assumption", GUESS, "Chance that a therapist's grief ends."),
        _entry("comfort_base", -0.8, ANY_NUMBER, (-2.0, 0.5), "log-odds", "estimate", EARLIER_FIT, "Comfort with own tears at the start, for a beginner of middling boundaries."),
        _entry("comfort_experience", 0.05, ANY_NUMBER, (-0.02, 0.05), "log-odds a year", "assumption", GUESS, "How much years of experience add to comfort with own tears (0 with a burn-in makes experience a real test)."),
        _entry("comfort_boundary", -1.0, ANY_NUMBER, (-2.0, 1.0), "log-odds", "assumption", GUESS, "How much a therapist's boundary sensitivity adds to comfort with own tears."),
        _entry("comfort_spread", 0.5, A_SPREAD, (0.0, 1.0), "log-odds", "assumption", GUESS, "How much equally experienced therapists differ in comfort with own tears."),
        _entry("comfort_learning", 0.05, A_SHARE, (0.0, 0.2), "share", "assumption", GUESS, "How much comfort with own tears changes with tears that seemed to help, or to harm (share of the room left)."),
        _choice("comfort_learns_from", codes.LEARNS_FROM, "assumption", GUESS, "What moves a therapist's comfort: what they believe tears did, what tears truly did, or nothing."),
    ),
    "Clients": (
        *_trait("client", "empathy", 0.5, "assumption", 0.8, EARLIER_FIT, "empathy: how readily they feel with the therapist.", "empathy"),
        *_trait("client", "boundary_sensitivity", 0.5, "assumption", 1.0, EARLIER_FIT, "boundary sensitivity: how much it troubles them when roles blur.", "how blurred boundaries trouble them"),
        *_trait("client", "tear_propensity", 0.5, "design", 0.82, f"{EARLIER_FIT}, of which half is now passing (client_cries_theme); {CLIENT_TEARS_1988}", "tear propensity: how easily they cry (.5 is the typical client).", "how easily they cry"),
        *_trait("client", "warmth_expected", 0.5, "assumption", 1.0, EARLIER_FIT, "expected warmth: 0 a stoic professional, 1 a companion (culture and background).", "the warmth that they expect"),
        _entry("intake_distress", 2.0, (0.0, 10.0), (1.5, 2.5), "SD of intake", "estimate", f"{EARLIER_FIT}; {GAINS_2022}", "Mean distress of those who come; 0 is no distress at all."),
        _entry("intake_distress_spread", 1.0, A_SPREAD, (0.7, 1.3), "SD of intake", "design", "the unit itself", "Standard deviation of distress among those who come."),
        _entry("responsiveness_spread", 1.525, (0.0, 3.0), (0.2, 2.0), "log scale", "estimate", FIT, "How much clients differ in how well therapy works for them (lognormal with mean 1)."),
        _entry("good_enough", 0.4215, (-10.0, 10.0), (0.4, 1.4), "SD of intake", "estimate", f"{FIT_AS_A_WHOLE}; {RECOVERED_1991}", "At which distress a client has had enough therapy (wherever they began)."),
        _entry("good_enough_spread", 0.3707, A_SPREAD, (0.05, 0.6), "SD of intake", "estimate", FIT, "How much clients differ in when they have had enough therapy."),
        _entry("agreed_share", 0.6865, A_SHARE, (0.0, 0.9), "share", "estimate", FIT, "Share of therapies whose number of sessions is agreed, granted or wished for (they may end sooner)."),
        _entry("agreed_sessions", 10.83, (0.5, 5200.0), (2.0, 20.0), "sessions", "estimate", FIT, "How many sessions are agreed, where any number is (median)."),
        _entry("agreed_sessions_spread", 0.9074, A_SPREAD, (0.3, 1.6), "log scale", "estimate", FIT, "How much agreed numbers of sessions differ (standard deviation of the logarithm)."),
    ),
    "Session": (
        _entry("depth_base", 0.05, ANY_NUMBER, (-0.5, 0.5), "log-odds", "estimate", EARLIER_FIT, "Depth of the talk, at a typical alliance and a distress of 1."),
        _entry("depth_alliance", 1.0, ANY_NUMBER, (0.0, 2.0), "log-odds", "estimate", EARLIER_FIT, "How much alliance deepens the talk."),
        _entry("depth_distress", 0.35, ANY_NUMBER, (0.0, 0.7), "log-odds a SD", "estimate", EARLIER_FIT, "How much distress deepens the talk."),
        _entry("depth_empathy", 0.2, ANY_NUMBER, (0.0, 0.4), "log-odds a SD", "assumption", GUESS, "How much felt empathy deepens the talk."),
        _entry("depth_spread", 0.8, A_SPREAD, (0.4, 1.2), "log-odds", "estimate", EARLIER_FIT, "How much depth varies from session to session."),
        _entry("felt_trait", 0.39, ANY_NUMBER, (0.2, 0.55), "a SD", "assumption", GUESS, "How much of a client's experience of empathy is the therapist's trait (square: share of its variance)."),
        _entry("felt_fit", 0.63, ANY_NUMBER, (0.4, 0.8), "a SD", "assumption", GUESS, "How much of felt empathy is the fit of client and therapist."),
        _entry("felt_session", 0.67, ANY_NUMBER, (0.4, 0.8), "a SD", "assumption", GUESS, "How much of felt empathy changes from session to session."),
        _entry("rating_error", 0.4844, A_SPREAD, (0.2, 0.7), "WAI points", "estimate", FIT, "Standard deviation of the error in a client's rating of the alliance (1 to 7)."),
    ),
    "Client tears": (
        _entry("client_cries_base", -1.855, ANY_NUMBER, (-2.8, -1.4), "log-odds", "estimate", f"{FIT_AS_A_WHOLE}; {CLIENT_TEARS_1988}", "How often a typical client cries (in a session of typical depth)."),
        _entry("client_cries_theme", 0.82, ANY_NUMBER, (0.0, 1.6), "log-odds", "assumption", HALF_LASTS, "How much what occupies a client at present brings tears."),
        _entry("theme_kept", 0.5, (0.0, 0.999), (0.2, 0.9), "share a session", "assumption", GUESS, "How much of what occupies a client is still there a session later."),
        _entry("client_cries_depth", 0.09635, ANY_NUMBER, (0.0, 2.5), "log-odds", "estimate", FIT_SAYS_LITTLE, "How much depth brings a client's tears."),
        _entry("client_cries_rupture", 0.6, ANY_NUMBER, (0.0, 1.5), "log-odds", "estimate", EARLIER_FIT, "How much an open rupture brings a client's tears."),
        _entry("client_cries_openness", 0.0, ANY_NUMBER, (-0.5, 1.5), "log-odds", "assumption", GUESS, "How much being moved by a therapist's tears makes a client's own tears easier."),
        _entry("release_base", 0.6, ANY_NUMBER, (-0.5, 1.5), "log-odds", "estimate", EARLIER_FIT, "How often a client's tears are of release rather than of discomfort (at an alliance of .5)."),
        _entry("release_alliance", 3.0, ANY_NUMBER, (0.0, 5.0), "log-odds", "estimate", EARLIER_FIT, "How much alliance makes a client's tears a release."),
        _entry("release_rupture", -1.5, ANY_NUMBER, (-3.0, 0.0), "log-odds", "estimate", EARLIER_FIT, "How much an open rupture makes a client's tears a release."),
        _entry("hush_release_kept", 0.5, A_SHARE, (0.0, 1.0), "share", "assumption", GUESS, "How much of a release is left when a therapist comforts too soon."),
        _entry("hush_bond", 0.0, ANY_NUMBER, (-0.3, 0.3), "log-odds", "assumption", GUESS, "How much the bond gains when a client who expects warmth is comforted too soon (and loses with one who expects none)."),
    ),
    "Therapist tears": (
        _entry("eyes_fill_base", -7.896, ANY_NUMBER, (-12.0, -7.0), "log-odds", "estimate", f"{FIT_AS_A_WHOLE}; {THERAPIST_TEARS_2013}", "How often a typical therapist comes near to tears (in a session of typical depth)."),
        _entry("eyes_fill_depth", 3.0, ANY_NUMBER, (1.0, 5.0), "log-odds", "estimate", EARLIER_FIT, "How much depth fills a therapist's eyes."),
        _entry("eyes_fill_client_cries", 2.536, ANY_NUMBER, (2.0, 6.0), "log-odds", "estimate", f"{FIT_AS_A_WHOLE}; {NOTICED_TEARS_2015}", "How much a client's crying fills a therapist's eyes."),
        _entry("eyes_fill_empathy", 0.3, ANY_NUMBER, (-1.0, 1.5), "share", "assumption", GUESS, "How much more depth, and a crying client, fill the eyes of an empathic therapist."),
        _entry("eyes_fill_strain", 0.6, ANY_NUMBER, (0.0, 1.2), "log-odds", "assumption", GUESS, "How much strain from a therapist's own life fills their eyes."),
        _entry("eyes_fill_grief", 3.0, ANY_NUMBER, (1.0, 5.0), "log-odds", "assumption", GUESS, "How much a grief of their own fills a therapist's eyes."),
        _entry("eyes_fill_boundary", -1.5, ANY_NUMBER, (-3.0, 0.5), "log-odds", "assumption", GUESS, "How much a therapist's boundary sensitivity fills their eyes."),
        _entry("eyes_fill_comfort", 1.5, ANY_NUMBER, (-0.5, 3.0), "log-odds", "assumption", GUESS, "How much comfort with own tears fills a therapist's eyes."),
        _entry("open_step", 3.47, (0.0, 20.0), (2.0, 5.0), "log-odds", "estimate", f"{EARLIER_FIT}; {THERAPIST_TEARS_2013}", "How much further it is from near tears to open tears."),
        _entry("overwhelmed_step", 1.03, (0.0, 20.0), (0.5, 3.0), "log-odds", "estimate", f"{EARLIER_FIT}; {THERAPIST_TEARS_2013}", "How much further it is from open tears to being overwhelmed."),
        _entry("near_noticed", 0.5697, A_SHARE, (0.2, 0.8), "share", "estimate", f"{FIT_AS_A_WHOLE}; {NOTICED_TEARS_2015}", "How often clients notice near tears (open tears always are)."),
        _entry("leak_sensed", 0.3, A_SHARE, (0.0, 0.8), "share", "assumption", GUESS, "Held-back tears that a client senses when they leak."),
        _entry("belief_noticed_hit", 0.8, A_SHARE, (0.6, 1.0), "share", "assumption", GUESS, "Noticed tears that the therapist believes were noticed (asked in surveys; nothing follows from it)."),
        _entry("belief_noticed_false", 0.2, A_SHARE, (0.0, 0.4), "share", "assumption", GUESS, "Unnoticed tears that the therapist believes were noticed (asked in surveys; nothing follows from it)."),
        _entry("tears_spoken", 0.5, A_SHARE, (0.2, 0.66), "share", "assumption", GUESS, "Noticed tears that a therapist of middling comfort speaks of."),
        _entry("tears_relief", 0.0, A_SHARE, (0.0, 0.3), "share", "assumption", GUESS, "Share of their own strain that a therapist sheds with shown tears."),
    ),
    "Appraisal": (
        _entry("appraisal_base", 0.3271, ANY_NUMBER, (-1.5, 1.5), "unit of appraisal", "estimate", f"{FIT_AS_A_WHOLE}, which leave its sign open (open worlds draw it); {NOTICED_TEARS_2015}", "How a typical client takes near tears from a typical therapist."),
        _entry("appraisal_alliance", 1.5, ANY_NUMBER, (-0.5, 3.0), "unit of appraisal", "assumption", GUESS, "How much a good alliance makes tears welcome."),
        _entry("appraisal_empathy", 0.8, ANY_NUMBER, (-0.8, 1.6), "unit of appraisal", "assumption", GUESS, "How much the client's empathy makes tears welcome."),
        _entry("appraisal_warmth", 1.0, ANY_NUMBER, (-0.5, 2.0), "unit of appraisal", "assumption", GUESS, "How much expecting warmth makes tears welcome (culture)."),
        _entry("appraisal_shared", 0.5, ANY_NUMBER, (-0.5, 1.5), "unit of appraisal", "assumption", GUESS, "How much more welcome tears of a shared feeling are than those of the therapist's own."),
        _entry("appraisal_comfort", 0.8, ANY_NUMBER, (-0.5, 1.6), "unit of appraisal", "assumption", GUESS, "How much the therapist's comfort with own tears makes them welcome."),
        _entry("appraisal_boundary", -1.6, ANY_NUMBER, (-3.0, 0.5), "unit of appraisal", "assumption", GUESS, "How much the client's boundary sensitivity makes tears welcome (below 0: unwelcome)."),
        _entry("appraisal_strain", -0.3, ANY_NUMBER, (-0.8, 0.3), "unit of appraisal", "assumption", "Tritt et al. 2015, doi:10.1037/a0038711 (worse when the clinician was not steady)", "How much the therapist's strain makes tears welcome (below 0: unwelcome)."),
        _entry("appraisal_intensity", -0.25, ANY_NUMBER, (-0.8, 0.4), "a level", "assumption", "contested: Tritt et al. 2015, doi:10.1037/a0038711, against Caron-Besch 2012", "How much more welcome tears are the stronger they are (below 0: less)."),
        _entry("appraisal_open_peak", 0.0, ANY_NUMBER, (-0.5, 1.0), "unit of appraisal", "assumption", GUESS, "How much more welcome open tears are than their strength alone would make them (above 0: an inverted U)."),
        _entry("appraisal_overwhelmed", -1.2, ANY_NUMBER, (-2.5, 0.2), "unit of appraisal", "assumption", "Tritt et al. 2015, doi:10.1037/a0038711 (the last level judged negative)", "How much more welcome overwhelming tears are than their strength alone would make them (a threshold)."),
        _entry("appraisal_spoken", 0.3, ANY_NUMBER, (-0.3, 0.9), "unit of appraisal", "assumption", GUESS, "How much speaking of the tears makes them welcome."),
        _entry("appraisal_repeat", 0.0, ANY_NUMBER, (-0.4, 0.4), "earlier tears", "assumption", GUESS, "How much each earlier noticed tear makes the next more welcome (up to four: habituation, or below 0 sensitisation)."),
        _entry("appraisal_burden", 0.0, ANY_NUMBER, (-1.0, 1.0), "unit of appraisal", "assumption", GUESS, "How much more welcome a therapist's own open tears are to an empathic client (below 0: as a burden)."),
        _entry("appraisal_frailty", 0.0, ANY_NUMBER, (-0.5, 0.5), "a SD of distress", "assumption", GUESS, "How much more welcome open tears are to a distressed client (below 0: less)."),
        _entry("appraisal_blur", 0.0, ANY_NUMBER, (-1.0, 1.0), "a level", "assumption", GUESS, "How much more welcome stronger tears are to a client with sensitive boundaries (below 0: less)."),
        _entry("appraisal_spread", 0.74, A_SPREAD, (0.4, 1.2), "unit of appraisal", "estimate", f"{EARLIER_FIT}; {NOTICED_TEARS_2015}", "How much the same tears are taken in different ways, for no reason that the model has."),
        _entry("reception_threshold", 0.25, A_SHARE, (0.1, 0.5), "appraisal", "design", "a convention of this model", "Appraisals above it count as moved, below its negative as unsettled."),
        _entry("belief_moved_shows", 1.0, A_SHARE, (0.7, 1.0), "share", "assumption", GUESS, "How often a therapist takes a moved client for a sign of improvement."),
        _entry("belief_unsettled_shows", 0.0479, A_SHARE, (0.0, 1.0), "share", "estimate", f"{FIT_AS_A_WHOLE}; few therapists report harm: {THERAPIST_TEARS_2013}", "How often a therapist sees that tears unsettled a client."),
        _entry("belief_improved_otherwise", 0.0991, A_SHARE, (0.0, 0.7), "share", "estimate", f"{FIT_AS_A_WHOLE}; {THERAPIST_TEARS_2013}", "How often a therapist believes in an improvement after other tears."),
    ),
    "Bond": (
        _entry("bond_settling", 0.072, A_SHARE, (0.03, 0.2), "share a session", "estimate", EARLIER_FIT, "How much of the way to the level it settles at a bond moves."),
        _entry("bond_spread", 0.3467, A_SPREAD, (0.15, 0.5), "log-odds", "estimate", FIT, "How much a bond varies from session to session."),
        _entry("bond_gains", 0.3272, ANY_NUMBER, (0.0, 2.0), "log-odds a SD", "estimate", FIT, "How much feeling better strengthens the bond."),
        _entry("bond_release", 0.1, ANY_NUMBER, (-0.1, 0.3), "log-odds", "assumption", GUESS, "How much a release strengthens the bond."),
        _entry("bond_empathy", 0.05721, ANY_NUMBER, (0.0, 0.1), "log-odds a SD", "estimate", f"{FIT_AS_A_WHOLE}; {EMPATHY_2018}", "How much felt empathy strengthens the bond."),
        _entry("level_base", 2.162, ANY_NUMBER, (1.0, 2.4), "log-odds", "estimate", f"{FIT_AS_A_WHOLE}; {ALLIANCE_2018}", "The level at which a typical bond settles."),
        _entry("level_empathy", 1.932, ANY_NUMBER, (0.0, 2.5), "log-odds", "estimate", FIT_SAYS_LITTLE, "How much the therapist's empathy strengthens the bond in the long run."),
        _entry("level_skill", 0.4266, ANY_NUMBER, (0.0, 1.0), "log-odds a SD", "estimate", f"{FIT_AS_A_WHOLE}; {THERAPISTS_2019}", "How much the therapist's skill strengthens the bond in the long run."),
        _entry("level_spread", 0.2107, A_SPREAD, (0.1, 1.2), "log-odds", "estimate", FIT_SAYS_LITTLE, "How much bonds differ in the long run, beyond what the therapist makes of them."),
        _entry("client_share_of_bond", 0.5, A_SHARE, (0.0, 0.9), "share", "assumption", GUESS, "Share of how bonds differ that a client brings along to any therapist (the rest is the fit of two people)."),
        _entry("congruence_of_fit", 0.3, A_SHARE, (0.0, 0.6), "share", "assumption", GUESS, "Share of the fit that comes of what a client expects and what the therapist is like, in warmth and in boundaries; the rest is chance."),
        _entry("bond_moved", 0.15, ANY_NUMBER, (-0.1, 0.4), "log-odds", "assumption", GUESS, "How much being moved strengthens the bond at once."),
        _entry("lasting_moved", 0.2, ANY_NUMBER, (-0.1, 0.5), "log-odds", "assumption", GUESS, "How much being moved raises the level that the bond settles at."),
        _entry("lasting_repeat", 0.5, A_SHARE, (0.2, 1.0), "share", "assumption", GUESS, "How much of the lasting effect of being moved is left with each further noticed tear."),
        _entry("openness_kept", 0.8, A_SHARE, (0.5, 0.95), "share a session", "assumption", GUESS, "How much of the openness after being moved is still there a session later."),
        _entry("first_bond", 0.9701, ANY_NUMBER, (0.6, 1.5), "log-odds", "estimate", f"{FIT_AS_A_WHOLE}; {ALLIANCE_2018}", "The bond at a first session with a typical pair."),
        _entry("first_level", 0.2, ANY_NUMBER, (0.0, 0.6), "share", "estimate", EARLIER_FIT, "How much of the level that the bond will settle at is felt at the first session."),
        _entry("first_spread", 0.5279, A_SPREAD, (0.3, 0.9), "log-odds", "estimate", FIT, "How much first impressions vary."),
        _entry("first_unsettled", -0.3, ANY_NUMBER, (-0.8, 0.2), "log-odds", "assumption", GUESS, "What having been unsettled by an earlier therapist's tears adds to a first bond."),
    ),
    "Rupture and repair": (
        _entry("rupture_base", -1.411, ANY_NUMBER, (-2.8, -0.6), "log-odds", "estimate", f"{FIT_AS_A_WHOLE}; {REPAIR_2018}", "How often ordinary ruptures open (in a session, at a typical alliance)."),
        _entry("rupture_alliance", -4.908, ANY_NUMBER, (-5.5, -1.0), "log-odds", "estimate", FIT, "How much alliance adds to how often ruptures open."),
        _entry("rupture_severity", 0.5, A_SHARE, (0.3, 0.7), "severity", "assumption", GUESS, "Mean severity of an ordinary rupture (even between half and one and a half times this)."),
        _entry("rupture_unsettled", 1.0, (0.0, 5.0), (0.0, 1.5), "severity", "assumption", GUESS, "Severity of the rupture that wholly unsettling tears open."),
        _entry("rupture_drop", 0.79, (0.0, 5.0), (0.4, 1.2), "log-odds", "estimate", EARLIER_FIT, "How far the bond drops for each unit of severity."),
        _entry("rupture_kept", 0.8, A_SHARE, (0.6, 0.95), "share a session", "assumption", GUESS, "How much of an unrepaired rupture is still open a session later."),
        _entry("repair_base", 0.6291, ANY_NUMBER, (-0.5, 1.5), "log-odds", "estimate", FIT_SAYS_LITTLE, "How readily a typical therapist repairs a rupture (in a session, after ten years of practice)."),
        _entry("repair_empathy", 1.0, ANY_NUMBER, (0.0, 2.0), "log-odds", "assumption", GUESS, "How much the therapist's empathy helps repair."),
        _entry("repair_experience", 0.02, ANY_NUMBER, (-0.02, 0.05), "log-odds a year", "assumption", GUESS, "How much experience helps repair."),
        _entry("repair_skill", 0.3, ANY_NUMBER, (0.0, 0.8), "log-odds a SD", "estimate", f"{EARLIER_FIT}; {REPAIR_2018}", "How much skill helps repair."),
        _entry("repair_spoken", 0.0, ANY_NUMBER, (-0.5, 1.5), "log-odds", "assumption", GUESS, "How much it helps repair that the tears behind a rupture were spoken of."),
        _entry("repair_restores", 1.0, (0.0, 5.0), (0.0, 1.5), "share", "assumption", GUESS, "How much a repair gives back of the drop that goes with the rupture still open: below 1 it leaves a scar, above 1 it strengthens."),
    ),
    "Distress": (
        _entry("progress", 0.1619, A_SHARE, (0.02, 0.25), "share a session", "estimate", f"{FIT_AS_A_WHOLE}; {GAINS_2022}", "Share of distress that a session takes away, for a typical pair."),
        _entry("progress_alliance", 1.636, (-10.0, 10.0), (0.0, 4.0), "log scale", "estimate", f"{FIT_AS_A_WHOLE}; {ALLIANCE_2018}", "How much alliance speeds improvement (0: alliance is only a by-product of gains)."),
        _entry("progress_empathy", 0.06321, (-3.0, 3.0), (0.0, 0.6), "log scale a SD", "estimate", f"{FIT_AS_A_WHOLE}; {EMPATHY_2018}", "How much felt empathy speeds improvement."),
        _entry("progress_skill", 0.7172, (-3.0, 3.0), (0.1, 0.9), "log scale a SD", "estimate", f"{FIT_AS_A_WHOLE}; {THERAPISTS_2019}", "How much the therapist's skill speeds improvement."),
        _entry("distress_release", -0.08, ANY_NUMBER, (-0.2, 0.05), "SD of intake", "assumption", GUESS, "What a release adds to distress."),
        _entry("distress_discomfort", 0.06, ANY_NUMBER, (-0.05, 0.2), "SD of intake", "assumption", GUESS, "What tears of discomfort add to distress."),
        _entry("distress_rupture", 0.1516, ANY_NUMBER, (0.0, 0.3), "SD of intake", "estimate", FIT, "What each unit of severity of a rupture left open adds to distress in its session."),
        _entry("distress_spread", 0.5832, A_SPREAD, (0.1, 0.6), "SD of intake", "estimate", FIT, "How much the distress of an average client varies from week to week."),
        _entry("distress_spread_at_zero", 0.3, A_SHARE, (0.1, 1.0), "share of variance", "assumption", GUESS, "How much distress varies from week to week in those who have next to none (share of the variance at intake)."),
        _entry("distress_outside", -0.015, (-1.0, 0.05), (-0.03, 0.01), "share a week", "assumption", "improvement on waiting lists is slow", "How distress moves by itself out of therapy."),
        _entry("relapse", 0.0, A_SHARE, (0.0, 0.01), "chance a week", "assumption", GUESS, "Chance that someone who completed falls back to the distress they came with, and may look for therapy again (study it in cohorts: in an open practice those who first came to one place fall back together)."),
    ),
    "Ending and seeking": (
        _choice("endings", codes.ENDINGS_BY, "assumption", GUESS, "Whether good therapies end at a good-enough level or after a fixed number of sessions."),
        _entry("planned_sessions", 12, (1, 5200), (6, 30), "sessions", "design", SETTING, "Number of sessions in a fixed plan."),
        _entry("good_enough_ends", 0.7507, A_SHARE, (0.2, 1.0), "chance a session", "estimate", FIT, "How soon a client who has had enough ends the therapy."),
        _entry("ends_untold", 0.05, A_SHARE, (0.0, 0.3), "share", "assumption", GUESS, "Clients who have had enough and stay away without telling; studies that ask therapists count them as dropout."),
        _entry("leaving_base", -5.472, ANY_NUMBER, (-7.5, -4.0), "log-odds", "estimate", f"{FIT_AS_A_WHOLE}; {LEAVING_2010_2012}", "How readily clients leave late in therapy (after a session, at a typical alliance)."),
        _entry("leaving_alliance", -3.639, ANY_NUMBER, (-4.0, -2.0), "log-odds", "estimate", f"{FIT_AS_A_WHOLE}; hardly identified within 2 to 4 in size: keep it as a range", "How much alliance adds to leaving."),
        _entry("leaving_rupture", 1.931, ANY_NUMBER, (0.0, 3.0), "log-odds", "estimate", FIT_SAYS_LITTLE, "How much an open rupture adds to leaving."),
        _entry("leaving_early", 2.41, ANY_NUMBER, (1.0, 5.0), "log-odds", "estimate", f"{FIT_AS_A_WHOLE}; {EARLY_LEAVING_2009}", "How much likelier leaving is after the first session."),
        _entry("leaving_early_sessions", 1.397, (0.05, 100.0), (0.3, 3.0), "sessions", "estimate", FIT_SAYS_LITTLE, "How soon early leaving wears off (time constant)."),
        _entry("leaving_no_better", 0.5, ANY_NUMBER, (0.0, 1.0), "log-odds", "assumption", GUESS, "How much being no better after a while adds to leaving."),
        _entry("no_better_after", 6, (1, 5200), (4, 12), "sessions", "design", "a convention of this model", "Sessions after which a client wonders whether it helps."),
        _entry("leaving_therapist", 0.6571, ANY_NUMBER, (0.2, 0.8), "log-odds a SD", "estimate", f"{FIT_AS_A_WHOLE}; Zimmermann et al. 2017, doi:10.1002/cpp.2022", "How much therapists differ in how many leave them."),
        _entry("leaving_unsettled", 0.0, ANY_NUMBER, (-0.5, 1.5), "log-odds", "assumption", GUESS, "How much having been unsettled in the session adds to leaving, beyond the rupture."),
        _entry("leaving_moved", 0.0, ANY_NUMBER, (-1.5, 0.5), "log-odds", "assumption", GUESS, "How much having been moved in the session adds to leaving, beyond the bond."),
        _entry("leaving_exogenous", 0.0, A_SHARE, (0.0, 0.5), "share", "assumption", GUESS, "Share of sessions after which leaving is a matter of outside life alone."),
        _entry("leaving_outside_life", -3.7, ANY_NUMBER, (-5.0, -2.5), "log-odds", "assumption", "about the mean of all leaving, so that the share of sessions is also the share of leaving", "How often outside life ends a therapy (after a session when outside life alone decides)."),
        _entry("seeking_base", -0.8, ANY_NUMBER, (-2.0, 1.0), "log-odds", "assumption", "no published rate: sweep it", "How often someone who left looks for someone new (at a distress of 1)."),
        _entry("seeking_distress", 0.4, ANY_NUMBER, (0.0, 0.8), "log-odds a SD", "assumption", GUESS, "How much distress adds to looking."),
        _entry("seeking_leavings", -0.5, ANY_NUMBER, (-1.0, 0.2), "a leaving", "assumption", GUESS, "How much each earlier leaving adds to looking."),
        _entry("seeking_unsettled", -0.5, ANY_NUMBER, (-1.5, 0.5), "log-odds", "assumption", GUESS, "How much having been unsettled in the episode adds to looking."),
        _entry("seeking_wait", 5.0, (0.01, 520.0), (1.0, 26.0), "weeks", "assumption", GUESS, "Mean wait before someone who looks is ready to begin."),
        _entry("patience", 26, (0, 5200), (8, 52), "weeks", "assumption", GUESS, "How long someone who is ready goes without a free place before giving up."),
        _entry("informed_choices", 3, (1, 1000), (2, 5), "therapists", "design", SETTING, "With informed matching: how many free therapists someone compares."),
        _entry("informed_error", 0.5, A_SPREAD, (0.2, 1.5), "unit of appraisal", "assumption", GUESS, "With informed matching: standard deviation of the error in judging each."),
    ),
    "Confounding": (
        _entry("progress_strain", 0.0, (-3.0, 3.0), (-0.5, 0.0), "log scale a SD", "assumption", f"{GUESS}; {WORN_OUT_2018}", "How much strain above the usual speeds a therapist's clients' progress (below 0: who is worn out works worse, and by eyes_fill_strain cries more)."),
        _entry("bond_strain", 0.0, ANY_NUMBER, (-0.2, 0.0), "log-odds a SD", "assumption", GUESS, "How much strain above the usual strengthens the bond in each session (below 0: who is worn out wears the bond out)."),
        _entry("bad_news", 0.0, A_SHARE, (0.0, 0.05), "chance a session", "assumption", GUESS, "Chance that bad news from a client's own life comes up in a session."),
        _entry("eyes_fill_bad_news", 2.0, ANY_NUMBER, (0.0, 4.0), "log-odds", "assumption", GUESS, "How much such news fills a therapist's eyes (nothing while bad_news is 0)."),
        _entry("leaving_bad_news", 2.0, ANY_NUMBER, (0.0, 4.0), "log-odds", "assumption", GUESS, "How much such news adds to leaving after that session (nothing while bad_news is 0)."),
    ),
}
# fmt: on

PARAMETERS: dict[str, Parameter] = {
    entry.name: replace(entry, group=group) for group, entries in _GROUPS.items() for entry in entries
}
