package concern

import (
	"slices"

	"github.com/socialprescribing/sp"
)

// A Reason is what a concern is about, as a code of [Reasons]. Empty is not said.
type Reason string

// The reasons that programs most often branch on. [Reasons] has all of them.
const (
	SuicidalThoughts Reason = "suicidal-thoughts"
	SelfHarm         Reason = "self-harm"
	Unspecified      Reason = "unspecified"
)

// Reasons returns all reasons, in the order of the list of BaRS, with suicidal
// thoughts, which that list does not have, at the front.
func Reasons() []Reason {
	reasons := []Reason{SuicidalThoughts}
	for _, row := range coded {
		reasons = append(reasons, row.reason)
	}
	return reasons
}

// Known reports whether r is on the list, or not said.
func (r Reason) Known() bool {
	return r == "" || r == SuicidalThoughts || slices.ContainsFunc(coded, func(c row) bool { return c.reason == r })
}

// Code returns the code of the BaRS list of safeguarding concerns for a reason, and what
// it does not say; "" is nothing lost. A code of the list that fails its check digit is
// never written, since systems that check it would refuse the whole message.
func (r Reason) Code() (code, lost string) {
	if r == SuicidalThoughts {
		code, _ = SelfHarm.Code()
		return code, "that it is about thoughts of suicide"
	}
	for _, row := range coded {
		if row.reason == r {
			if row.code != unspecified && !sound(row.code) {
				return unspecified, "that it is about " + string(r) + ", whose code fails its check digit"
			}
			return row.code, ""
		}
	}
	return unspecified, ""
}

// Code returns the code of BaRS for the one answer that its list has: that no concern was
// found. It is empty for the others.
func (a Answer) Code() string {
	if a == AssessedNoConcern {
		return noConcern
	}
	return ""
}

// A Coded is what a code of the BaRS list says: a reason, or the answer that no concern
// was found. A warning says what is odd about the code.
type Coded struct {
	Reason  Reason
	Answer  Answer
	Warning string
}

// FromCode reads a code of the BaRS list of safeguarding concerns. One that is not on the
// list is an error, which is [sp.ErrInvalid]. Three codes of the list fail their check
// digit: they are read, with a warning.
func FromCode(code string) (Coded, error) {
	if code == noConcern {
		return Coded{Answer: AssessedNoConcern}, nil
	}
	for _, row := range coded {
		if row.code == code {
			c := Coded{Reason: row.reason}
			if code != unspecified && !sound(code) {
				c.Warning = "is on the list and fails its check digit: do not write it"
			}
			return c, nil
		}
	}
	e := sp.InvalidError{Subject: "safeguarding code"}
	e.Check(false, "code", sp.NotListed, "must be on the list of safeguarding concerns of BaRS")
	return Coded{}, e.Err()
}

func sound(code string) bool {
	_, err := sp.ParseSCTID(code)
	return err == nil
}

const (
	unspecified = "U"
	noConcern   = "861931000000100"
)

type row struct {
	reason Reason
	code   string
}

// coded is the value set of https://fhir.nhs.uk/CodeSystem/safeguarding-codes-bars without
// the code for "none found", which is an answer.
var coded = []row{
	{"child", "836881000000105"},
	{Unspecified, unspecified},
	{"sexual-assault-alleged", "297591000000108"},
	{"honour-based-violence-risk", "736792008"},
	{SelfHarm, "401206008"},
	{"child-neglect", "702953007"},
	{"sexual-abuse", "702579009"},
	{"domestic-violence-risk", "707087005"},
	{"domestic-abuse-in-household", "881081000000100"},
	{"institutional-abuse-risk", "838481000000106"},
	{"emotional-abuse", "697951004"},
	{"domestic-abuse", "697950003"},
	{"physical-abuse", "697949003"},
	{"forced-marriage-risk", "1054321000000100"},
	{"radicalisation-risk", "766969008"},
	{"alcohol-abuse", "415685003"},
	{"financial-abuse-risk", "761571000000106"},
	{"delay-in-seeking-advice", "449889006"},
	{"family", "300731000000106"},
	{"unborn-child", "878111000000109"},
	{"female-genital-mutilation-risk", "713201008"},
	{"sexual-exploitation-risk", "919461000000108"},
	{"child-sexual-abuse", "700254002"},
	{"sexual-grooming", "700253008"},
	{"injury-to-child", "700255001"},
	{"behaviour-of-carer", "1076171000000100"},
	{"alcohol-in-family", "293161000000103"},
	{"physical-abuse-risk", "416936003"},
	{"adult", "766561000000109"},
	{"sexual-abuse-risk", "417361000"},
	{"psychological-abuse-risk", "771983008"},
	{"emotional-abuse-risk", "771984002"},
	{"protection-plan-of-own-child", "864491000000105"},
	{"frequent-emergency-visits", "826931000000104"},
	{"discriminatory-abuse-risk", "417427001"},
	{"vulnerable-adult", "417430008"},
	{"bullying", "771385008"},
	{"human-trafficking-risk", "104586100000100"},
	{"violence-to-others-risk", "129707006"},
	{"substances-in-family", "287351000000105"},
	{"protection-plan-in-family", "375041000000100"},
	{"self-neglect", "248054003"},
	{"child-abuse", "162596006"},
	{"drug-abuse", "162591001"},
	{"abuse-alleged", "777996001"},
}
