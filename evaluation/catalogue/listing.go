package catalogue

// A Listing is one of the 76 measures that a scheme may be asked for: what it is counted
// from and, if this package has no indicator of it, who computes it or why nobody does.
type Listing struct {
	Number int
	Name   string
	From   From // what it is counted from
	// Computed is the function of another package of this library that makes the figure, such as
	// "workforce/measure.Records.Figures"; empty if there is an indicator of it here, and for what waits.
	Computed string
	Waits    string // why nobody computes it yet; empty if somebody does
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
	population = "needs a table of people by area from the caller; the referrals of it are counted by area with evaluation.By"
	money      = "no fact is declared of funds and awards yet"

	// team makes all figures of a team at once.
	team = "workforce/measure.Records.Figures"
)

// Listings returns all 76, in order of number.
func Listings() []Listing {
	all := []Listing{
		{Name: "referral rate", From: Caller, Waits: population},
		{Name: "people reached", From: Caller, Waits: population},
		{Name: "reach among people in need", From: Caller, Waits: "needs a list of people with a flagged need from the caller"},
		{Name: "equity of access", From: Caller, Waits: population + "; package evaluation/inequality compares them"},
		{Name: "representativeness", From: Caller, Waits: population},
		{Name: "children and young people", From: Caller, Waits: population + "; facts.AgeBand tells who they are"},
		{Name: "self-referral", From: Pathway},
		{Name: "coverage of practices", From: Caller, Waits: "needs the list of practices from the caller"},
		{Name: "concentration of referrers", From: Pathway, Computed: "evaluation/inequality.Distribution.Gini"}, // of counts by facts.Practice
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
		{Name: "travel burden", From: Caller, Waits: "needs journeys from the caller: events hold no home and no route"},
		{Name: "free to use", From: Directory, Waits: "nobody counts the options without a charge yet; package directory/quality counts those that say whether there is one"},
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
		{Name: "change in use of services", From: Caller, Waits: "needs the use of services by person from the caller; package evaluation/quasi compares it"},
		{Name: "caseload by full-time worker", From: Workforce, Computed: team},
		{Name: "time for administration", From: Workforce, Computed: team},
		{Name: "turnover", From: Workforce, Computed: team},
		{Name: "supervision", From: Workforce, Computed: team},
		{Name: "training", From: Workforce, Computed: team},
		{Name: "beyond the remit", From: Workforce, Computed: team},
		{Name: "freshness of the directory", From: Directory, Computed: "directory/quality.Of"}, // "assured-lately"
		{Name: "accuracy of the directory", From: Voice},
		{Name: "diversity of options", From: Directory, Waits: "nobody counts open options by need and area yet"},
		{Name: "use of capacity", From: Directory, Waits: "no fact is declared of places yet"},
		{Name: "survival of providers", From: Funding, Waits: money},
		{Name: "length of contracts", From: Funding, Computed: "funding/contract.Book.MedianMonths"},
		{Name: "continuity of funding", From: Funding, Waits: "funding/contract.Book.Gaps lists the gaps; nobody divides the months without one by all yet"},
		{Name: "notice before money ends", From: Funding, Waits: "the record of a decision to renew is yet to be built"},
		{Name: "equity of funding", From: Funding, Waits: money + "; package evaluation/inequality measures it"},
		{Name: "share of the voluntary sector", From: Funding, Waits: "the record of what a scheme costs in all is yet to be built"},
		{Name: "payment in time", From: Funding},
		{Name: "cost of what was completed", From: Caller, Computed: "evaluation/economics.CostPerOutcome"}, // of a total with what partners spent
		{Name: "partners at meetings", From: Workforce, Computed: team},
		{Name: "permission recorded, and withdrawn", From: Pathway},
		{Name: "breaches of privacy", From: Voice},
		{Name: "integration of systems", From: Pathway},
		{Name: "availability of systems", From: Workforce, Computed: team},
		{Name: "adequacy of the workplace", From: Workforce, Computed: team},
		{Name: "adaptations of the model", From: Workforce, Computed: team},
		{Name: "safety", From: Pathway},
	}
	for i := range all {
		all[i].Number = i + 1
	}
	return all
}
