package funding

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/decode"
)

// A Scenario is the policies that are compared for one decision, and the need by which they are
// judged.
type Scenario struct {
	Name     string
	Total    sp.Money // to be divided; nothing if the file does not say
	Opening  string   // column of what each area had, for all policies that name none
	Need     *Formula // by which all policies are judged; nil if none is stated
	Policies []Policy // each with a name of its own
}

// A scenarioFile is a scenario, or one policy by itself.
type scenarioFile struct {
	Policy
	Total    string   `json:"total,omitempty"`
	Need     *Formula `json:"need,omitempty"`
	Policies []Policy `json:"policies,omitempty"`
}

// ParseScenario reads a scenario written as JSON, or one policy by itself as
// [ParsePolicy] does:
//
//	{"total": "50000000 GBP", "opening": "last_year", "need": {"factors": [...]}, "policies": [{"name": "a", ...}, {"name": "b", ...}]}
//
// Numbers may be written as numbers or as text: 0.5 is "0.5". A total without a currency
// is in pounds. The error is an [*sp.InvalidError] that lists every field that is wrong by
// its path, such as "policies[1].floor.growth". It is also wrong if one of several policies has
// no name of its own, or if members of a policy stand beside a list of policies.
func ParseScenario(data []byte) (Scenario, error) {
	f, err := decode.JSON[scenarioFile](quoteNumbers(data), decode.Options{Subject: "scenario", Bytes: 64 << 20})
	if err != nil {
		return Scenario{}, fmt.Errorf("funding: %w", err)
	}
	s := Scenario{Name: f.Name, Opening: f.Opening, Need: f.Need, Policies: f.Policies}
	e := sp.InvalidError{Subject: "scenario"}
	if f.Total != "" {
		if s.Total, err = sp.ParseMoney(f.Total); err != nil {
			s.Total, err = sp.ParseMoney(f.Total + " GBP")
		}
		e.Check(err == nil, "total", sp.Malformed, "must be an amount of money, such as 50000000 or \"50000000.00 GBP\"")
	}
	if f.Policies == nil {
		s.Policies = []Policy{f.Policy}
		return s, wrapped(e.Err())
	}
	bare := f.Policy
	bare.Name, bare.Opening = "", ""
	e.Check(bare.isZero(), "policies", sp.Inconsistent, "must hold all that a policy says, and it stands beside them")
	e.Check(len(f.Policies) > 0, "policies", sp.Missing, "must have a policy")
	names := map[string]bool{}
	for k := range s.Policies {
		p := &s.Policies[k]
		e.Check(p.Name != "" || len(f.Policies) == 1, fmt.Sprintf("policies[%d].name", k), sp.Missing, "must tell it from the others")
		e.Check(p.Name == "" || !names[p.Name], fmt.Sprintf("policies[%d].name", k), sp.Duplicate, "must be its own")
		names[p.Name] = true
		if p.Opening == "" {
			p.Opening = f.Opening
		}
	}
	return s, wrapped(e.Err())
}

func wrapped(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("funding: %w", err)
}

// isZero reports whether a policy says nothing.
func (p Policy) isZero() bool {
	f := p.Formula
	return f.Base == "" && f.Programmes == nil && f.Factors == nil && f.Alpha == "" && f.Fixed == "" && p.Name == "" && p.Method == 0 && p.Levels == nil && p.Opening == "" &&
		!p.bounded() && p.Bounds == nil && !p.Damped
}

// quoteNumbers writes the numbers of JSON as texts, which all numbers of a policy are.
func quoteNumbers(data []byte) []byte {
	out := make([]byte, 0, len(data)+len(data)/8)
	for i := 0; i < len(data); {
		switch c := data[i]; {
		case c == '"':
			end := i + 1
			for end < len(data) && data[end] != '"' {
				if data[end] == '\\' {
					end++
				}
				end++
			}
			end = min(end+1, len(data))
			out = append(out, data[i:end]...)
			i = end
		case c == '-' || c >= '0' && c <= '9':
			end := i
			for end < len(data) && (data[end] >= '0' && data[end] <= '9' || slices.Contains([]byte("+-.eE"), data[end])) {
				end++
			}
			out = append(append(append(out, '"'), data[i:end]...), '"')
			i = end
		default:
			out = append(out, c)
			i++
		}
	}
	return out
}
