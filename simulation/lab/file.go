package lab

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/decode"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/simulation"
)

// Parse reads a scheme and the questions about it that were written as JSON, and returns a study
// for each question:
//
//	{"name": "Bay", "start": "2026-04-01", "days": 730,
//	 "teams":  [{"name": "town", "posts": 3}],
//	 "groups": [{"name": "Harbour", "team": "town", "perWeek": 9, "lat": 54, "lon": -3, "needs": {"loneliness": 5, "debt": 2}}],
//	 "supply": [{"name": "choir", "needs": ["loneliness"], "lat": 54, "lon": -3, "places": 8, "sessions": 8}],
//	 "questions": [{"name": "workers", "question": "One worker more?", "decides": "began",
//	                "policies": [{"name": "as now"}, {"name": "a worker more", "workers": 1}]}]}
//
// What is left out is as in [simulation.Published]; examples/policylab has a file with everything
// in it. The error is an [*sp.InvalidError] that names every fault by its path.
func Parse(data []byte) ([]Study, error) {
	f, err := decode.JSON[file](data, decode.Options{Subject: "study", Bytes: 16 << 20})
	if err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	e := &sp.InvalidError{Subject: "lab: study"}
	base := f.study(e)
	e.Check(len(f.Questions) > 0, "questions", sp.Missing, "must have at least one")
	var all []Study
	for i, q := range f.Questions {
		all = append(all, q.study(e, base, fmt.Sprintf("questions[%d]", i)))
	}
	if err := e.Err(); err != nil {
		return nil, err
	}
	return all, nil
}

// A file is what [Parse] reads.
type file struct {
	Name      string       `json:"name"`
	Start     sp.Date      `json:"start"`
	Days      int          `json:"days"`
	Way       fileWay      `json:"way,omitzero"`
	Teams     []fileTeam   `json:"teams"`
	Groups    []fileGroup  `json:"groups"`
	Supply    []fileSupply `json:"supply,omitempty"`
	Waiting   []fileWait   `json:"waiting,omitempty"` // on the first day
	Sources   []fileSource `json:"sources,omitempty"` // of the numbers of the way, in place of those of the preset
	Travel    fileTravel   `json:"travel,omitzero"`
	Prices    filePrices   `json:"prices,omitzero"`
	Effects   fileEffects  `json:"effects,omitzero"`
	Questions []question   `json:"questions"`
}

type fileTeam struct {
	Name  string `json:"name"`
	Posts int    `json:"posts"`
	Cap   int    `json:"cap,omitempty"` // as in [simulation.Team]; 0 is that of the preset
}

type fileGroup struct {
	Name    string                       `json:"name"`
	Team    string                       `json:"team"`
	Source  string                       `json:"source,omitempty"`
	PerWeek float64                      `json:"perWeek,omitempty"`
	Rates   []fileRate                   `json:"rates,omitempty"` // instead of perWeek, where it changes
	Lat     float64                      `json:"lat"`
	Lon     float64                      `json:"lon"`
	Age     int                          `json:"age,omitempty"` // years; 0 is unknown
	Urgency map[referral.Urgency]float64 `json:"urgency,omitempty"`
	Needs   map[needs.Code]float64       `json:"needs"`
	Modes   map[directory.Mode]float64   `json:"modes,omitempty"` // in which they would rather take help
	About   map[string]string            `json:"about,omitempty"`
}

type fileTravel struct {
	KmPerHour float64  `json:"kmPerHour"`
	Wait      int      `json:"wait,omitempty"`
	Fare      sp.Money `json:"fare,omitzero"`
}

type filePrices struct {
	Worker   sp.Money `json:"worker,omitzero"`
	Place    sp.Money `json:"place,omitzero"`
	Voucher  sp.Money `json:"voucher,omitzero"`
	Feedback sp.Money `json:"feedback,omitzero"`
	Worth    sp.Money `json:"worth,omitzero"`
}

type fileEffects struct {
	Gap           *fileTime `json:"gap,omitempty"`
	Unspent       float64   `json:"unspent,omitempty"`
	VoucherKeeps  float64   `json:"voucherKeeps,omitempty"`
	FeedbackFewer float64   `json:"feedbackFewer,omitempty"`
	FeedbackWants float64   `json:"feedbackWants,omitempty"`
}

// A question is the part of a study that differs.
type question struct {
	Name     string       `json:"name"`
	Question string       `json:"question,omitempty"`
	Decides  Measure      `json:"decides,omitempty"`
	Shows    []Measure    `json:"shows,omitempty"`
	Money    *fileMoney   `json:"money,omitempty"`
	Policies []filePolicy `json:"policies"`
	Ranges   []fileRange  `json:"ranges,omitempty"`
}

type fileMoney struct {
	Years    []sp.Money `json:"years,omitempty"`
	Quarters []sp.Money `json:"quarters,omitempty"` // instead of years
	Post     sp.Money   `json:"post"`
	Areas    []struct {
		Team   string `json:"team"`
		People int64  `json:"people"`
		Decile int64  `json:"decile"` // of deprivation, 1 is the most deprived
	} `json:"areas"`
}

type filePolicy struct {
	Name      string             `json:"name"`
	Workers   int                `json:"workers,omitempty"`
	Places    int                `json:"places,omitempty"`
	Months    int                `json:"months,omitempty"`
	CarryOver bool               `json:"carryOver,omitempty"`
	Vouchers  bool               `json:"vouchers,omitempty"`
	Feedback  bool               `json:"feedback,omitempty"`
	Vacancy   sp.Known[int]      `json:"vacancy,omitzero"`
	Believe   int                `json:"believe,omitempty"`
	Ageing    int                `json:"ageing,omitempty"`
	Placing   simulation.Placing `json:"placing,omitempty"`
	Sharing   simulation.Sharing `json:"sharing,omitempty"`
	Shares    funding.Policy     `json:"shares,omitzero"`
	PerPlace  sp.Money           `json:"perPlace,omitzero"`
}

type fileRange struct {
	Parameter Parameter `json:"parameter"`
	Low       float64   `json:"low"`
	High      float64   `json:"high"`
	Source    string    `json:"source,omitempty"`
}

// study returns what all questions share.
func (f *file) study(e *sp.InvalidError) Study {
	preset := simulation.Published()
	s := Study{Name: f.Name, Sources: preset.Sources, About: map[string]map[string]string{}}
	s.Scenario = simulation.Scenario{Start: f.Start, Days: f.Days, Way: f.Way.over(e, preset.Way)}
	s.Travel = Travel(f.Travel)
	s.Prices = Prices(f.Prices)
	s.Effects = Effects{Unspent: f.Effects.Unspent, VoucherKeeps: f.Effects.VoucherKeeps, FeedbackFewer: f.Effects.FeedbackFewer, FeedbackWants: f.Effects.FeedbackWants}
	f.Effects.Gap.over(e, "effects.gap", &s.Effects.Gap)
	for _, t := range f.Teams {
		s.Scenario.Teams = append(s.Scenario.Teams, simulation.Team{Name: t.Name, Posts: t.Posts, Cap: cmp.Or(t.Cap, preset.Cap)})
	}
	for i, g := range f.Groups {
		s.Scenario.Groups = append(s.Scenario.Groups, g.group(e, i, f.Start))
		if len(g.About) > 0 {
			s.About[g.Name] = g.About
		}
	}
	for i, o := range f.Supply {
		s.Scenario.Supply = append(s.Scenario.Supply, o.supply(e, fmt.Sprintf("supply[%d]", i)))
	}
	for i, w := range f.Waiting {
		s.Scenario.Waiting = append(s.Scenario.Waiting, w.waiting(e, i))
	}
	s.Sources = f.sources(preset.Sources)
	s.Scenario.Sources = s.Sources
	return s
}

func (g *fileGroup) group(e *sp.InvalidError, i int, start sp.Date) simulation.Group {
	path := fmt.Sprintf("groups[%d]", i)
	point, err := geo.NewPoint(g.Lat, g.Lon)
	e.Check(err == nil, path+".lat", sp.OutOfRange, "must be, with lon, a place on earth")
	e.Check(g.Age >= 0 && g.Age <= 130, path+".age", sp.OutOfRange, "must be from 0, which is unknown, to 130 years")
	out := simulation.Group{
		Name: g.Name, Source: cmp.Or(g.Source, "gp"), From: directory.NewID("lab", g.Name), Team: g.Team,
		Profile: person.Profile{ID: person.ID(fmt.Sprintf("group-%d", i)), On: start, Home: directory.Home{Point: point}},
		PerWeek: g.rates(e, path, start),
	}
	if g.Age > 0 {
		out.Profile.Age = sp.Know(directory.Years(g.Age))
	}
	if len(g.Urgency) == 0 {
		g.Urgency = map[referral.Urgency]float64{referral.Routine: 1}
	}
	for _, u := range slices.Sorted(maps.Keys(g.Urgency)) {
		e.Check(slices.Contains([]referral.Urgency{referral.Routine, referral.Soon, referral.Urgent}, u), path+".urgency", sp.NotListed, "must be of routine, soon and urgent")
		out.Urgency = append(out.Urgency, simulation.Chance[referral.Urgency]{Value: u, Weight: g.Urgency[u]})
	}
	for _, n := range slices.Sorted(maps.Keys(g.Needs)) {
		checkNeed(e, n, path+".needs")
		out.Needs = append(out.Needs, simulation.Chance[needs.Code]{Value: n, Weight: g.Needs[n]})
	}
	for _, m := range slices.Sorted(maps.Keys(g.Modes)) {
		checkMode(e, m, path+".modes")
		out.Modes = append(out.Modes, simulation.Chance[directory.Mode]{Value: m, Weight: g.Modes[m]})
	}
	return out
}

func checkNeed(e *sp.InvalidError, n needs.Code, path string) {
	_, known := needs.Standard().Term(n)
	e.Check(known, path, sp.NotListed, "must be of the standard taxonomy of needs")
}

func (q *question) study(e *sp.InvalidError, s Study, path string) Study {
	s.Name, s.Question, s.Decides, s.Shows = q.Name, q.Question, q.Decides, q.Shows
	if q.Money != nil {
		s.Scenario.Money = q.Money.money(e, path+".money")
	}
	s.Policies, s.Ranges = nil, nil
	for _, p := range q.Policies {
		s.Policies = append(s.Policies, Policy{
			Name: p.Name, Workers: p.Workers, Places: p.Places, Vouchers: p.Vouchers, Feedback: p.Feedback, Vacancy: p.Vacancy, Believe: p.Believe,
			Contracts: Contracts{p.Months, p.CarryOver},
			Policy:    simulation.Policy{Ageing: p.Ageing, Placing: p.Placing, Sharing: p.Sharing, Shares: p.Shares, PerPlace: p.PerPlace},
		})
	}
	for _, r := range q.Ranges {
		s.Ranges = append(s.Ranges, Range(r))
	}
	own := &sp.InvalidError{}
	s.check(own, &Options{Pairs: 2})
	for _, f := range own.Fields {
		e.Check(false, path+"."+f.Path, f.Code, f.Rule)
	}
	return s
}

// money makes a table of the areas, with columns "population" and "decile".
func (m *fileMoney) money(e *sp.InvalidError, path string) *simulation.Money {
	var codes []string
	var people, deciles []int64
	for _, a := range m.Areas {
		codes, people, deciles = append(codes, a.Team), append(people, a.People), append(deciles, a.Decile)
	}
	table, err := area.New(codes, 2021)
	if err == nil {
		table, err = table.With("population", area.Meaning{Kind: area.Count}, 0, people)
	}
	if err == nil {
		table, err = table.WithPopulation("population")
	}
	if err == nil {
		table, err = table.With("decile", area.Meaning{Kind: area.Decile, Worst: area.Lowest}, 0, deciles)
	}
	if e.Check(err == nil, path+".areas", sp.Inconsistent, "must be teams, each once, with people and a decile from 1 to 10"); err != nil {
		return nil
	}
	return &simulation.Money{Areas: table, Years: m.Years, Quarters: m.Quarters, Post: m.Post}
}
