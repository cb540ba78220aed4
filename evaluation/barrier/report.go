package barrier

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/internal/release"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/voice"
	"github.com/socialprescribing/sp/workforce"
)

// Sources are what a report is made of beside the log. All of them are optional, and the report says
// what it lacks.
type Sources struct {
	Asked   map[Asking]int        // how many were asked: questionnaires that went out, entries of a diary that were due
	People  map[voice.Speaker]int // how many there are; of people, those who were referred are known from the log
	Figures []evaluation.Figure   // of package evaluation/tables, or of one's own with the ID of an indicator in [Barrier.Figures] or [Barrier.Outside]
	Team    []workforce.Figure    // of package workforce/measure
	Targets map[string]Target     // by ID of the indicator
	Sample  Sample                // how sure an answer has to be where people have to be asked

	// Ledger holds what earlier reports have shown. With it a table that together with an earlier
	// one would tell about few people is not shown. The report adds what it shows.
	Ledger *disclosure.Ledger
}

// Why a figure of a report has no value, beside the reasons of package stat.
const (
	Withheld = release.Withheld // it is of few people, or of none or all of them
	Told     = release.Told     // together with an earlier report it would tell about few people

	NoOrder  stat.Undefined = "the groups have no order"                  // of a slope: see [Plan.Ordered]
	NotShown stat.Undefined = "not all groups of the order have a figure" // of a slope, which the others alone would bend
)

// An Asking is who was asked, and for what.
type Asking struct {
	Kind voice.Kind
	Of   voice.Speaker
}

// A Target is a value to compare with: what was agreed, or what others have reached.
type Target struct {
	Value  float64 `json:"value"` // in the unit of the figure: 0.8 for a share of 80 %
	Source string  `json:"source"`
}

// A Report says of each of the 25 barriers what is so here. Its counts are as a disclosure
// policy shows them, so it may be published.
type Report struct {
	AsOf   sp.Date   `json:"asOf"`
	Period sp.Period `json:"period,omitzero"`
	Policy string    `json:"policy"` // of disclosure
	Lines  []Line    `json:"lines"`  // the 25, in the order of the study
	Lost   Losses    `json:"lost"`
	Lacks  []string  `json:"lacks,omitempty"` // what the report as a whole could not tell, and why
}

// A Line is one barrier here.
type Line struct {
	Barrier
	Measured []Measured `json:"measured,omitempty"` // the most telling that has a value first
	Said     []Said     `json:"said,omitempty"`
	Lost     Loss       `json:"lost"`
	Changes  Changes    `json:"changes"`
	Evidence Evidence   `json:"evidence"`
	Because  []string   `json:"because"`         // why the evidence is no better
	Ask      []Ask      `json:"ask,omitempty"`   // how many to ask, where nothing is told
	Lacks    []string   `json:"lacks,omitempty"` // what is not told here
}

// A Measured is one indicator of a barrier.
type Measured struct {
	evaluation.Figure
	Better evaluation.Direction `json:"better,omitempty"`
	Over   []evaluation.Figure  `json:"over,omitempty"`   // by span of time, each a Group
	Groups []evaluation.Figure  `json:"groups,omitempty"` // of the plan
	Change Change               `json:"change"`           // from the first to the last span that has a value
	Gap    Gap                  `json:"gap"`              // between the groups
	Target *Judged              `json:"target,omitempty"`
}

// A Judged is a figure beside its target.
type Judged struct {
	Target
	Verdict Verdict `json:"verdict"` // [Better] where the whole interval is on the good side, [Worse] where it is on the other, else [Unsure]
}

// A Gap is how far groups lie apart.
type Gap struct {
	Lowest    string        `json:"lowest,omitempty"` // the group; empty where none is lower than another
	Highest   string        `json:"highest,omitempty"`
	Disparity stat.Estimate `json:"disparity"` // the mean distance of people from the mean, over that mean, see [inequality.Groups.Disparity]
	// Slope is the slope index of inequality over the order of the plan, in percentage points: how much
	// more the very least disadvantaged have than the very most, by the line that fits all groups, see [inequality.Ranking.Slope].
	Slope stat.Estimate `json:"slope"`
}

// A Change is how something changed over time.
type Change struct {
	First   string        `json:"first,omitempty"` // span that has a value
	Last    string        `json:"last,omitempty"`
	By      stat.Estimate `json:"by"` // the last less the first
	Verdict Verdict       `json:"verdict,omitempty"`
}

// A Verdict says whether a change or a difference is good.
type Verdict string

// The verdicts.
const (
	Better Verdict = "better"
	Worse  Verdict = "worse"
	Unsure Verdict = "no clear difference"
	Silent Verdict = "" // nothing can be said
)

// Changes are those of both sides.
type Changes struct {
	Measured Verdict `json:"measured,omitempty"` // of the first figure of the line
	Said     Verdict `json:"said,omitempty"`     // of how often it is named
	Opposed  bool    `json:"opposed,omitempty"`  // one says better and the other worse
}

// A Said is what one kind of speaker says of a barrier.
type Said struct {
	How      voice.Kind        `json:"how"` // diary, questionnaire of barriers, or answers to questions
	By       voice.Speaker     `json:"by"`
	Question string            `json:"question,omitempty"` // its code, where it is one
	Figure   evaluation.Figure `json:"figure"`             // the share that names the barrier, or that answers one of the two best of five
	Hindered stat.Estimate     `json:"hindered"`           // of entries that name it, the share in which less or nothing came of it
	Response stat.Estimate     `json:"response"`           // of those who were asked, the share that answered
	Change   Change            `json:"change"`
}

// A Loss is how many people were lost to one barrier.
type Loss struct {
	Share stat.Estimate `json:"share"` // of the people referred
	Alone stat.Estimate `json:"alone"` // the same, to no other barrier
}

// Losses are what became of everybody who was referred.
type Losses struct {
	Referred sp.Known[int64] `json:"referred"` // unknown if it is not shown
	Lost     stat.Estimate   `json:"lost"`     // of the people referred
	Helped   stat.Estimate   `json:"helped"`
	GoesOn   stat.Estimate   `json:"goesOn"`
	NoReason stat.Estimate   `json:"noReason"` // lost, for reasons that name no barrier
	Overlaps []Overlap       `json:"overlaps,omitempty"`
}

// An Overlap is people who were lost to several barriers at once.
type Overlap struct {
	Barriers []string        `json:"barriers"`
	People   disclosure.Cell `json:"people"`
}

// Evidence is how good the evidence of a line is: a judgement by fixed rules, which [Line.Because]
// states.
type Evidence string

// The grades of evidence.
const (
	Strong Evidence = "strong" // measured and said, both soundly
	Fair   Evidence = "fair"   // one side soundly
	Weak   Evidence = "weak"   // something is told, and not soundly
	None   Evidence = "none"   // nothing is told
)
