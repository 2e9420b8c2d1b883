"""A published trial, written down: sources, analyses, arms and contrasts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from pydantic import Field, PrivateAttr

from survkit.errors import SurvkitError
from survkit.trial.conduct import (
    YEAR,
    Conventions,
    Day,
    Enrolment,
    FollowUpRange,
    PriorName,
    Status,
    known_prior,
)
from survkit.trial.contrasts.contrast import Contrast
from survkit.trial.faults import unknown_id
from survkit.trial.figures import Figure, as_inputs, figures_of
from survkit.trial.parts import Arm, Factor, OverallFollowUp, OverallPValue, Source
from survkit.trial.shown.tables import ShownAnalysis, ShownTrial
from survkit.trial.stated import (
    AssessmentSchedule,
    Identifier,
    StatedCount,
    StatedPatients,
    Survival,
    Table,
    Text,
    TimeUnit,
)

__all__ = ["Analysis", "Trial"]


class _Home:
    """Where an analysis belongs. All homes are equal, so that analyses compare by what they say."""

    __slots__ = ("trial",)

    def __init__(self, trial: Trial | None = None) -> None:
        self.trial = trial

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Home)

    def __hash__(self) -> int:
        return hash(_Home)


class Analysis(ShownAnalysis, Conventions):
    """One endpoint, one assessment, one data cut, one population: the unit of reconstruction."""

    id: Identifier = Field(description="Id of the analysis, unique in its trial.")
    endpoint: Text = Field(description="Endpoint as abbreviated in print, such as PFS.")
    assessment: Text | None = Field(default=None, description="Who judged the endpoint.")
    time_unit: TimeUnit = Field(description="Unit of all times of the analysis.")
    source: Text = Field(description="Id of the source of every figure that names none.")
    cut_off: Day | None = Field(default=None, description="Data cut-off, a date.")
    enrolment: Enrolment | None = Field(
        default=None, description="Dates between which patients were enrolled."
    )
    follow_up: FollowUpRange | None = Field(
        default=None, description="Shortest and longest follow-up of all arms."
    )
    prior: PriorName | None = Field(
        default=None,
        description="What fills the gaps between figures: hazards as real trials have them, or the "
        "smoothest; if not the usual one.",
    )
    population: Text | None = Field(default=None, description="Population, such as ITT.")
    subgroup: Text | None = Field(default=None, description="Sub-group in words.")
    by: Text | None = Field(
        default=None,
        description="Factor behind the sub-group: those of one parent by the same factor share no "
        "patient.",
    )
    of: Text | None = Field(
        default=None, description="Id of the analysis, further up, that a sub-group is part of."
    )
    status: Status | None = Field(default=None, description="Standing of the analysis.")
    assessment_every: AssessmentSchedule | None = Field(
        default=None, description="Schedule of the visits at which events are found."
    )
    stratified_by: tuple[Text, ...] = Field(
        default=(), description="Stratification factors of the trial, as printed."
    )
    stratification: tuple[Factor, ...] = Field(
        default=(),
        description="Factors of the printed, stratified model, with the sizes of their levels.",
    )
    differences: Text | None = Field(
        default=None, description="Where the refit is not the printed model, and why."
    )
    note: Text | None = Field(default=None, description="Anything a reader should know.")
    total_n: StatedPatients | None = Field(default=None, description="Patients analysed, all arms.")
    total_events: StatedCount | None = Field(
        default=None, description="Patients with the event, all arms."
    )
    overall_median_follow_up: OverallFollowUp | None = Field(
        default=None,
        description="Median follow-up of all arms together, by the reverse Kaplan-Meier estimate.",
    )
    overall_p_value: OverallPValue | None = Field(
        default=None, description="P-value of the log-rank test of all arms at once."
    )
    arms: tuple[Arm, ...] = Field(alias="arm", min_length=1, description="The arms.")
    contrasts: tuple[Contrast, ...] = Field(
        default=(), alias="contrast", description="The comparisons between arms."
    )

    _home: _Home = PrivateAttr(default_factory=_Home)

    @property
    def trial(self) -> Trial | None:
        """The trial that it is part of; None where it stands alone, or was changed since."""
        trial = self._home.trial
        if trial is None or all(analysis is not self for analysis in trial.analyses):
            return None
        return trial

    @property
    def stratified(self) -> bool:
        """Whether the printed model is stratified, once strata are known."""
        return bool(self.stratified_by or self.stratification)

    @property
    def year(self) -> float:
        """Length of a year in the analysis' time unit."""
        return YEAR[self.time_unit]

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Every printed figure: arms in file order, contrasts, totals; limits on their own."""
        found: list[Figure] = []
        for arm in self.arms:
            found.extend(figures_of(arm, "arm", arm.id, self.source))
        for contrast in self.contrasts:
            found.extend(figures_of(contrast, "contrast", contrast.subject, self.source))
        found.extend(figures_of(self, "analysis", "", self.source))
        return tuple(found)

    def with_prior(self, name: str) -> Analysis:
        """
        Return the same analysis, in a trial of its own, with another prior.

        Parameters
        ----------
        name : {"learned", "smooth"}
            What fills the gaps between figures.

        Returns
        -------
        Analysis
            The analysis; where it is part of a trial, part of that trial with this prior.

        Raises
        ------
        SurvkitError
            If there is no prior of that name.
        """
        if self.trial is not None:
            return self.trial.with_prior(name).analysis(self.id)
        return self.model_copy(update={"prior": known_prior(name)})

    def with_inputs_only(self) -> Analysis:
        """Return the same analysis with every figure as an input, as sharp as any source has it."""
        inputs: Analysis = as_inputs(self)
        return inputs

    def supposing(self, arm_id: str, survival: Mapping[int | Decimal, int | Decimal]) -> Analysis:
        """
        Return the same analysis as if survival percentages had been printed that were not.

        The way to ask what printed figures leave open: data sets made with different suppositions
        print the same otherwise. Supposed figures are inputs, not verified, and name as their
        source ``"supposed"``.

        Parameters
        ----------
        arm_id : str
            Id of the arm.
        survival : mapping of int or decimal.Decimal to int or decimal.Decimal
            Survival in percent, with as many decimals as are to count, by point in time in the
            analysis' unit. What is printed for such a time is replaced.

        Returns
        -------
        Analysis
            The analysis with the supposed figures.

        Raises
        ------
        SurvkitError
            If the analysis has no such arm.
        ValueError
            If a time or a percentage is none that a trial file could hold, a float included.

        Examples
        --------
        >>> from survkit.trial import load_trial
        >>> analysis = load_trial("radiant-3").analysis("pfs-investigator")
        >>> supposed = analysis.supposing("placebo", {12: 20}).arm("placebo").survival[-1]
        >>> print(supposed.time, supposed.printed, supposed.role, supposed.source)
        12 20 input supposed
        """
        arm = self.arm(arm_id)
        supposed = tuple(
            Survival(time=time, percent=percent, source="supposed", verified=False)
            for time, percent in survival.items()
        )
        printed = tuple(entry for entry in arm.survival if entry.time not in survival)
        changed = arm.model_copy(update={"survival": (*printed, *supposed)})
        arms = tuple(changed if one is arm else one for one in self.arms)
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Analysis.model_construct(None, **fields | {"arms": arms})

    def draws_on(self, figure: Figure) -> bool:
        """
        Tell whether the publication drew a curve on to a figure.

        Parameters
        ----------
        figure : Figure
            A figure of the analysis.

        Returns
        -------
        bool
            Whether it is survival, or a limit of it, for later than the printed follow-up.
        """
        if figure.key.quantity not in {"survival", "incidence"}:
            return False
        return any(
            other.printed.upper < figure.key.instant
            for other in self.figures
            if (other.key.quantity, other.key.subject) == ("max_follow_up", figure.key.subject)
        )

    def arm(self, arm_id: str) -> Arm:
        """
        Look up an arm.

        Parameters
        ----------
        arm_id : str
            Id of the arm.

        Returns
        -------
        Arm
            The arm.

        Raises
        ------
        SurvkitError
            If the analysis has no such arm.
        """
        arms = {arm.id: arm for arm in self.arms}
        if arm_id not in arms:
            raise SurvkitError(unknown_id(f"analysis {self.id}", "arm", arm_id, arms))
        return arms[arm_id]

    def contrast(self, subject: str) -> Contrast:
        """
        Look up a contrast.

        Parameters
        ----------
        subject : str
            ``"experimental vs reference"``.

        Returns
        -------
        Contrast
            The contrast.

        Raises
        ------
        SurvkitError
            If the analysis has no such contrast.
        """
        contrasts = {contrast.subject: contrast for contrast in self.contrasts}
        if subject not in contrasts:
            raise SurvkitError(unknown_id(f"analysis {self.id}", "contrast", subject, contrasts))
        return contrasts[subject]


class Trial(ShownTrial, Table):
    """A trial and what was printed about it."""

    spec_version: Literal[1] = Field(description="Version of this format.")
    id: Identifier = Field(description="Id of the trial, the file's name without its ending.")
    name: Text = Field(description="Name of the trial.")
    registration: Text | None = Field(default=None, description="Registry number.")
    condition: Text | None = Field(default=None, description="What the patients had.")
    sources: dict[Identifier, Source] = Field(
        min_length=1, description="The publications, by the id that figures name."
    )
    analyses: tuple[Analysis, ...] = Field(
        alias="analysis", min_length=1, description="The analyses."
    )

    _origin: str = PrivateAttr(default="")
    _digest: str = PrivateAttr(default="")

    def model_post_init(self, context: Any, /) -> None:
        """
        Keep where the trial was read, and tell its analyses where they belong.

        Parameters
        ----------
        context : dict or None
            ``origin`` and ``digest``, given by the reader.
        """
        known = context if isinstance(context, dict) else {}
        self._origin = known.get("origin", "")
        self._digest = known.get("digest", "")
        self._adopt()

    def _adopt(self) -> None:
        """Tell the analyses where they belong."""
        for analysis in self.analyses:
            analysis._home = _Home(self)

    def with_prior(self, name: str) -> Trial:
        """
        Return the same trial with another prior for all its analyses.

        Parameters
        ----------
        name : {"learned", "smooth"}
            What fills the gaps between figures.

        Returns
        -------
        Trial
            The trial.

        Raises
        ------
        SurvkitError
            If there is no prior of that name.

        Examples
        --------
        >>> from survkit.trial import load_trial
        >>> load_trial("radiant-3").with_prior("smooth").analyses[0].prior
        'smooth'
        """
        prior = {"prior": known_prior(name)}
        analyses = tuple(analysis.model_copy(update=prior) for analysis in self.analyses)
        changed = self.model_copy(update={"analyses": analyses})
        changed._adopt()
        return changed

    @property
    def origin(self) -> str:
        """Name of the file the trial was read from, empty for a trial made in Python."""
        return self._origin

    @property
    def digest(self) -> str:
        """SHA-256 of the file's bytes in hexadecimal, empty for a trial made in Python."""
        return self._digest

    def analysis(self, analysis_id: str) -> Analysis:
        """
        Look up an analysis.

        Parameters
        ----------
        analysis_id : str
            Id of the analysis.

        Returns
        -------
        Analysis
            The analysis.

        Raises
        ------
        SurvkitError
            If the trial has no such analysis.
        """
        analyses = {analysis.id: analysis for analysis in self.analyses}
        if analysis_id not in analyses:
            raise SurvkitError(unknown_id(f"trial {self.id}", "analysis", analysis_id, analyses))
        return analyses[analysis_id]
