package workforce

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Matter is what somebody asks a link worker for, as a code.
type Matter string

// The matters that the remit of this library names. A scheme adds its own.
const (
	Crisis         Matter = "crisis"         // a danger to life
	Safeguarding   Matter = "safeguarding"   // harm or neglect
	Diagnosis      Matter = "diagnosis"      // what somebody has
	Medication     Matter = "medication"     // what they take, or stop taking
	Therapy        Matter = "therapy"        // treatment of a mental illness
	PersonalCare   Matter = "personal-care"  // washing, dressing, lifting
	LegalAdvice    Matter = "legal-advice"   // what only somebody regulated may say
	MoneyHandling  Matter = "money-handling" // paying, collecting or keeping somebody's money
	MentalCapacity Matter = "capacity"       // a formal assessment of capacity
)

// An Instead is what must happen with what is beyond the remit. There is no code for
// refusing and doing nothing.
type Instead string

// What must happen instead.
const (
	RaiseConcern Instead = "raise-concern" // raise it as a concern, and carry it until a team has taken it over
	ReferBack    Instead = "refer-back"    // tell the referrer the same day, and what the person was told
	PassOn       Instead = "pass-on"       // find who does it, and introduce the person
)

// A Rule says what of a matter is beyond the remit.
type Rule struct {
	Matter  Matter  `json:"matter"`
	Instead Instead `json:"instead"`
	To      string  `json:"to,omitempty"`   // the role or team that it goes to, as a code
	Says    string  `json:"says,omitempty"` // for people
}

// A Remit is what a scheme's link workers are for, as data. Ages are those of the people
// served, in completed years.
type Remit struct {
	Version string   `json:"version"` // kept with decisions
	Source  string   `json:"source"`
	From    sp.Date  `json:"from"`              // since when it applies
	Ages    [2]int   `json:"ages"`              // youngest and oldest; zero and zero is any age
	Areas   []string `json:"areas,omitempty"`   // none is anywhere
	Beyond  []Rule   `json:"beyond"`            // what is not theirs
	AgeRule Instead  `json:"ageRule,omitempty"` // what happens with somebody of another age
}

// ProposedRemit returns the remit that this library proposes: a link worker raises what is
// about safety, refers back what is clinical, and passes on what others do. It is this
// library's own choice, as the national role descriptions could be read in part only. The
// ages are for the scheme.
func ProposedRemit() Remit {
	return Remit{Version: "sp-2026-11", Source: "this library's own choice", From: sp.NewDate(2026, 11, 1), AgeRule: ReferBack, Beyond: []Rule{
		{Crisis, RaiseConcern, "crisis-team", "a danger to life is for a crisis team or 999"},
		{Safeguarding, RaiseConcern, "safeguarding-team", "harm and neglect are for a safeguarding team"},
		{Diagnosis, ReferBack, "gp", "what somebody has is for a clinician to say"},
		{Medication, ReferBack, "gp", "what somebody takes is for a clinician to say"},
		{Therapy, ReferBack, "gp", "treatment is for somebody trained in it"},
		{MentalCapacity, ReferBack, "gp", "an assessment of capacity is for somebody trained in it"},
		{PersonalCare, PassOn, "adult-social-care", "care of the body is for a care worker"},
		{LegalAdvice, PassOn, "advice-agency", "advice on law is for an accredited adviser"},
		{MoneyHandling, PassOn, "advice-agency", "nobody's money goes through a link worker's hands"},
	}}
}

// A Violation is one thing that is beyond a remit, and what must happen instead. It is
// [sp.ErrDenied].
type Violation struct {
	Remit   string  `json:"remit"` // its version
	Matter  Matter  `json:"matter"`
	Instead Instead `json:"instead"`
	To      string  `json:"to,omitempty"`
	Says    string  `json:"says,omitempty"`
}

// OtherAge is the matter of a violation about somebody's age, and Elsewhere of one about
// where they live.
const (
	OtherAge  Matter = "age"
	Elsewhere Matter = "area"
)

// Error says what must happen instead.
func (v Violation) Error() string {
	return "workforce: " + string(v.Matter) + " is beyond the remit " + v.Remit + ": " + cmp.Or(v.Says, "it is not theirs") + "; instead: " + string(v.Instead) + " " + v.To
}

// Is reports whether target is [sp.ErrDenied].
func (v Violation) Is(target error) bool { return target == sp.ErrDenied }

// Violations returns a violation for each of some matters that is beyond the remit, in
// their order, and one more if the person's age is. An age that is unknown violates
// nothing.
func (r Remit) Violations(matters []Matter, age sp.Known[int]) []Violation {
	var all []Violation
	for _, m := range matters {
		for _, rule := range r.Beyond {
			if rule.Matter == m {
				all = append(all, Violation{r.Version, m, rule.Instead, rule.To, rule.Says})
			}
		}
	}
	if n, known := age.Lookup(); known && r.Ages != [2]int{} && (n < r.Ages[0] || n > r.Ages[1]) {
		all = append(all, Violation{r.Version, OtherAge, cmp.Or(r.AgeRule, ReferBack), "", fmt.Sprintf("the scheme is for ages %d to %d", r.Ages[0], r.Ages[1])})
	}
	return all
}

// In returns the violation by somebody who lives in an area that the remit does not
// cover, and false if it covers the area or the area is unknown.
func (r Remit) In(area string) (Violation, bool) {
	if area == "" || len(r.Areas) == 0 || slices.Contains(r.Areas, area) {
		return Violation{}, false
	}
	return Violation{Remit: r.Version, Matter: Elsewhere, Instead: ReferBack, Says: "the scheme is for other areas"}, true
}
