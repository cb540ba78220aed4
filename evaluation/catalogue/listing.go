package catalogue

// A Listing is one of the 76 measures that a scheme may be asked for: what it is counted
// from and, if this package has no indicator of it, who computes it or why nobody does.
type Listing struct {
	Number int
	Name   string
	From   From   // what it is counted from
	Frame  string // the part of the RE-AIM framework, or of process evaluation, that it belongs to
	Source string // the works that its definition rests on
	// Computed is the function of another package of this library that makes the figure, such as
	// "workforce/measure.Records.Figures"; empty if there is an indicator of it here, and for what waits.
	Computed string
	Waits    string // why nobody computes it yet; empty if somebody does, as of all 76 now
}

// From says what a measure is counted from.
type From string

// What measures are counted from.
const (
	Pathway   From = "events of the pathway"
	Voice     From = "events of package voice"
	Workforce From = "the records of the team"
	Directory From = "the directory"
	Funding   From = "events of package funding"
	Caller    From = "a table of the caller, with its source"
)

const (
	// tables holds a log, a directory or contracts against a table of the caller.
	tables = "evaluation/tables."
	// team makes all figures of a team at once.
	team = "workforce/measure.Records.Figures"
)

// Listings returns all 76, in order of number.
func Listings() []Listing {
	all := []Listing{
		{Name: "referral rate", From: Caller, Computed: tables + "ReferralRate"},
		{Name: "people reached", From: Caller, Computed: tables + "PeopleReached"},
		{Name: "reach among people in need", From: Caller, Computed: tables + "ReachInNeed"},
		{Name: "equity of access", From: Caller, Computed: tables + "EquityOfAccess"},
		{Name: "representativeness", From: Caller, Computed: tables + "Representativeness"},
		{Name: "children and young people", From: Caller, Computed: tables + "ReferralRate"},
		{Name: "self-referral", From: Pathway},
		{Name: "coverage of practices", From: Caller, Computed: tables + "PracticeCoverage"},
		{Name: "concentration of referrers", From: Caller, Computed: tables + "ReferrerConcentration"},
		{Name: "offers declined", From: Pathway},
		{Name: "completeness of referrals", From: Pathway},
		{Name: "appropriateness", From: Pathway},
		{Name: "time to triage", From: Pathway},
		{Name: "time to first contact", From: Pathway},
		{Name: "contacted within the standard", From: Pathway},
		{Name: "waiting, and for long", From: Pathway},
		{Name: "hand-offs", From: Pathway},
		{Name: "contact success", From: Pathway},
		{Name: "sessions missed", From: Pathway},
		{Name: "contacts per person", From: Pathway},
		{Name: "personalised plan", From: Pathway},
		{Name: "concordance with what matters", From: Pathway},
		{Name: "onward referral", From: Pathway},
		{Name: "signposting only", From: Pathway},
		{Name: "unmet need", From: Pathway},
		{Name: "acceptance by providers", From: Pathway},
		{Name: "time until a provider starts", From: Pathway},
		{Name: "uptake", From: Pathway},
		{Name: "adherence", From: Pathway},
		{Name: "completion", From: Pathway},
		{Name: "retention", From: Pathway},
		{Name: "stopped for cost or travel", From: Pathway},
		{Name: "accompanied first visit", From: Pathway},
		{Name: "travel burden", From: Caller, Computed: tables + "TravelBurden"},
		{Name: "free to use", From: Directory, Computed: tables + "FreeToUse"},
		{Name: "reasonable adjustments", From: Pathway},
		{Name: "feedback to the referrer", From: Pathway},
		{Name: "time to feedback", From: Pathway},
		{Name: "feedback acknowledged", From: Pathway},
		{Name: "coded in the GP record", From: Pathway},
		{Name: "baseline measured", From: Pathway},
		{Name: "followed up", From: Pathway},
		{Name: "long-term follow-up", From: Pathway},
		{Name: "reliable improvement", From: Pathway},
		{Name: "mean change", From: Pathway},
		{Name: "loneliness", From: Pathway},
		{Name: "goal attainment", From: Pathway},
		{Name: "felt heard", From: Voice},
		{Name: "trust, and would recommend", From: Voice},
		{Name: "change in use of services", From: Caller, Computed: tables + "ServiceUseChange"},
		{Name: "caseload by full-time worker", From: Workforce, Computed: team},
		{Name: "time for administration", From: Workforce, Computed: team},
		{Name: "turnover", From: Workforce, Computed: team},
		{Name: "supervision", From: Workforce, Computed: team},
		{Name: "training", From: Workforce, Computed: team},
		{Name: "beyond the remit", From: Workforce, Computed: team},
		{Name: "freshness of the directory", From: Directory, Computed: tables + "Freshness"},
		{Name: "accuracy of the directory", From: Voice},
		{Name: "diversity of options", From: Directory, Computed: tables + "OptionDiversity"},
		{Name: "use of capacity", From: Directory, Computed: tables + "Utilisation"},
		{Name: "survival of providers", From: Funding, Computed: tables + "ProviderSurvival"},
		{Name: "length of contracts", From: Funding, Computed: tables + "ContractLength"},
		{Name: "continuity of funding", From: Funding, Computed: tables + "Continuity"},
		{Name: "notice before money ends", From: Funding, Computed: tables + "Notice"},
		{Name: "equity of funding", From: Funding, Computed: tables + "FundingEquity"},
		{Name: "share of the voluntary sector", From: Caller, Computed: tables + "VoluntaryShare"},
		{Name: "payment in time", From: Funding},
		{Name: "cost of what was completed", From: Caller, Computed: "evaluation/economics.CostPerOutcome"}, // of a total with what partners spent
		{Name: "partners at meetings", From: Workforce, Computed: team},
		{Name: "permission recorded, and withdrawn", From: Pathway},
		{Name: "breaches of privacy", From: Voice, Computed: tables + "PrivacyConcerns"},
		{Name: "integration of systems", From: Pathway},
		{Name: "availability of systems", From: Workforce, Computed: team},
		{Name: "adequacy of the workplace", From: Workforce, Computed: team},
		{Name: "adaptations of the model", From: Workforce, Computed: team},
		{Name: "safety", From: Pathway},
	}
	for i := range all {
		all[i].Number, all[i].Frame = i+1, framed[i]
		all[i].Source = citation(i+1, framed[i])
	}
	return all
}
