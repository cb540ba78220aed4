package lab

import (
	"math"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/queue"
)

// A Study is a scheme, and the policies that somebody has to choose from.
type Study struct {
	Name     string
	Question string    // what is to be decided, for the report
	Decides  Measure   // by which it is decided, named before looking; empty is [Began]
	Shows    []Measure // what else a table of the study is to show
	Scenario simulation.Scenario
	Travel   Travel           // how people get about
	Match    matching.Options // what is asked of offers; Travel is that of the study, if it has one
	Policies []Policy         // the first is what the others are compared with
	Prices   Prices
	Effects  Effects

	// About says of each group, by its name, what it is by deprivation, by age and by whatever
	// else gains and losses are asked for: {"Harbour": {"deprivation": "most deprived fifth"}}.
	About map[string]map[string]string

	Ranges  []Range             // in which what is assumed may lie
	Sources []simulation.Source // of the numbers of the scenario, for the report

	// Version names whatever is not data, such as the functions of Match, so that finished runs
	// of other functions are not taken for those of this study.
	Version string
}

// A Policy is what could be decided. Its zero value changes nothing of the scenario.
type Policy struct {
	Name string
	simulation.Policy

	Workers   int           // posts more in each team; negative is fewer
	Places    int           // places more at each offer; negative is fewer
	Contracts Contracts     // under which offers are paid for
	Vouchers  bool          // journeys to sessions are paid for
	Feedback  bool          // referrers hear what became of each person
	Believe   int           // days for which an answer "full" is believed, where the policy learns; 0 is as the study matches
	Vacancy   sp.Known[int] // days after which a post is filled again; unknown is as the scenario says
}

// Contracts are the terms under which each offer is paid for. Its zero value leaves the
// contracts of the scenario.
type Contracts struct {
	Months    int  // the length of each
	CarryOver bool // money that is left at the end of one pays on until the next
}

// Effects are what policies are assumed to do beyond what the model works out. None of them is
// known from a study of this question: give them ranges.
type Effects struct {
	// Gap is days from the end of a contract to the beginning of the next. For so long the offer
	// is closed, and who was there loses their place.
	Gap queue.Distribution
	// Unspent is the share of a contract that is left at its end. With carry-over it pays for as
	// long as it lasts.
	Unspent float64

	VoucherKeeps  float64 // share of what journeys take from attendance that vouchers give back
	FeedbackFewer float64 // share of the referrals that are declined which feedback prevents
	FeedbackWants float64 // share of people who want no service whom better referrals replace by others who do
}

// Prices are what is paid. What has no price costs nothing here, so say what is left out.
type Prices struct {
	Worker   sp.Money // a link worker for a year, while the post is filled
	Place    sp.Money // a place of an offer for a year, while it is paid for
	Voucher  sp.Money // the journey to a session that somebody came to
	Feedback sp.Money // telling the referrer what became of one person
	// Worth is what whoever decides would pay for one more person who begins something, for
	// [Net]. It is a judgement and no price: vary it.
	Worth sp.Money
}

// Travel is how people get about: a straight line at some speed, after some waiting.
type Travel struct {
	KmPerHour float64 // 0 is unknown, and journeys then keep nobody away
	Wait      int     // minutes
	Fare      sp.Money
}

// estimate is the [matching.Travel] of t. With vouchers the fare is paid.
func (t Travel) estimate(vouchers bool) matching.Travel {
	if t.KmPerHour <= 0 {
		return nil
	}
	return func(home directory.Home, to geo.Point) (matching.Journey, bool) {
		d, known := home.Point.DistanceTo(to)
		if !known {
			return matching.Journey{}, false
		}
		j := matching.Journey{Minutes: t.Wait + int(math.Round(float64(d/geo.Kilometre)/t.KmPerHour*60)), How: "by bus", Fare: t.Fare}
		if vouchers {
			j.Fare = sp.NewMoney(0, t.Fare.Currency())
		}
		return j, true
	}
}

// travelOf returns how people get about under a policy.
func (s *Study) travelOf(p *Policy) matching.Travel {
	if own := s.Travel.estimate(p.Vouchers); own != nil {
		return own
	}
	given := s.Match.Travel
	if given == nil || !p.Vouchers {
		return given
	}
	return func(home directory.Home, to geo.Point) (matching.Journey, bool) {
		j, known := given(home, to)
		j.Fare = sp.NewMoney(0, j.Fare.Currency())
		return j, known
	}
}
