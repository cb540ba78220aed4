package lab

import (
	"fmt"
	"math"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/queue"
)

// A Parameter is what a study takes for true and can be varied. Shares are values; of times and
// rates, whose distribution is given, the value is a factor: 1 leaves it as it is.
type Parameter string

// A Range says how low and how high a parameter may be, and who says so.
type Range struct {
	Parameter Parameter
	Low, High float64
	Source    string // that says so; empty is assumed
}

func (r *Range) check(e *sp.InvalidError, path string) {
	i := slices.IndexFunc(knobs(), func(k knob) bool { return k.name == r.Parameter })
	e.Check(i >= 0, path+".parameter", sp.NotListed, "must be one of Parameters")
	e.Check(!math.IsNaN(r.Low) && !math.IsInf(r.Low, 0) && r.Low >= 0, path+".low", sp.OutOfRange, "must be 0 or more")
	e.Check(r.High > r.Low && !math.IsInf(r.High, 0), path+".high", sp.Inconsistent, "must be above low")
	if i >= 0 && knobs()[i].share {
		e.Check(r.High <= 1, path+".high", sp.OutOfRange, "must be 1 at the most, since it is a share")
	}
}

// Parameters returns the names of all that can be varied.
func Parameters() (names []Parameter) {
	for _, k := range knobs() {
		names = append(names, k.name)
	}
	return names
}

// A knob reads and sets a parameter of a study.
type knob struct {
	name  Parameter
	share bool
	get   func(*Study) float64
	set   func(*Study, float64)
}

// knobs returns those of all parameters.
func knobs() []knob {
	share := func(name Parameter, of func(*Study) *float64) knob {
		return knob{name, true, func(s *Study) float64 { return *of(s) }, func(s *Study, v float64) { *of(s) = v }}
	}
	factor := func(name Parameter, set func(*Study, float64)) knob {
		return knob{name, false, func(*Study) float64 { return 1 }, set}
	}
	time := func(name Parameter, of func(*Study) *queue.Distribution) knob {
		return factor(name, func(s *Study, v float64) {
			if d := of(s); *d != nil {
				*d = stretched{*d, v}
			}
		})
	}
	price := func(name Parameter, of func(*Study) *sp.Money) knob {
		return factor(name, func(s *Study, v float64) {
			m := of(s)
			*m = sp.NewMoney(int64(math.Round(float64(m.Minor())*v)), m.Currency())
		})
	}
	way := func(s *Study) *simulation.Way { return &s.Scenario.Way }
	return []knob{
		factor("demand", scaleDemand),
		factor("cap", scaleCap),
		factor("speed", func(s *Study, v float64) { s.Travel.KmPerHour *= v }),
		share("declined", func(s *Study) *float64 { return &way(s).Declined }),
		share("answers", func(s *Study) *float64 { return &way(s).Answers }),
		share("wantsService", func(s *Study) *float64 { return &way(s).WantsService }),
		share("accepts", func(s *Study) *float64 { return &way(s).Accepts }),
		share("met", func(s *Study) *float64 { return &way(s).Met }),
		share("attendance.base", func(s *Study) *float64 { return &way(s).Attendance.Base }),
		share("attendance.perWeekWaited", func(s *Study) *float64 { return &way(s).Attendance.PerWeekWaited }),
		share("attendance.perTenMinutes", func(s *Study) *float64 { return &way(s).Attendance.PerTenMinutes }),
		share("attendance.perTenPounds", func(s *Study) *float64 { return &way(s).Attendance.PerTenPounds }),
		share("attendance.otherMode", func(s *Study) *float64 { return &way(s).Attendance.OtherMode }),
		share("attendance.afterCut", func(s *Study) *float64 { return &way(s).Attendance.AfterCut }),
		factor("concerns", scaleConcerns),
		time("triageDays", func(s *Study) *queue.Distribution { return &way(s).TriageDays }),
		time("patience", func(s *Study) *queue.Distribution { return &way(s).Patience }),
		time("attemptDays", func(s *Study) *queue.Distribution { return &way(s).AttemptDays }),
		time("contacts", func(s *Study) *queue.Distribution { return &way(s).Contacts }),
		time("contactDays", func(s *Study) *queue.Distribution { return &way(s).ContactDays }),
		time("placePatience", func(s *Study) *queue.Distribution { return &way(s).PlacePatience }),
		time("replyDays", func(s *Study) *queue.Distribution { return &way(s).ReplyDays }),
		time("tenure", func(s *Study) *queue.Distribution { return &way(s).Tenure }),
		time("vacancy", func(s *Study) *queue.Distribution { return &way(s).Vacancy }),
		time("closure", func(s *Study) *queue.Distribution { return &way(s).Closure }),
		time("effects.gap", func(s *Study) *queue.Distribution { return &s.Effects.Gap }),
		share("effects.unspent", func(s *Study) *float64 { return &s.Effects.Unspent }),
		share("effects.voucherKeeps", func(s *Study) *float64 { return &s.Effects.VoucherKeeps }),
		share("effects.feedbackFewer", func(s *Study) *float64 { return &s.Effects.FeedbackFewer }),
		share("effects.feedbackWants", func(s *Study) *float64 { return &s.Effects.FeedbackWants }),
		price("prices.worker", func(s *Study) *sp.Money { return &s.Prices.Worker }),
		price("prices.place", func(s *Study) *sp.Money { return &s.Prices.Place }),
		price("prices.voucher", func(s *Study) *sp.Money { return &s.Prices.Voucher }),
		price("prices.worth", func(s *Study) *sp.Money { return &s.Prices.Worth }),
	}
}

func scaleDemand(s *Study, v float64) {
	s.Scenario.Groups = slices.Clone(s.Scenario.Groups)
	for i := range s.Scenario.Groups {
		g := &s.Scenario.Groups[i]
		g.PerWeek = slices.Clone(g.PerWeek)
		for k := range g.PerWeek {
			g.PerWeek[k].PerWeek *= v
		}
	}
}

// scaleConcerns lets concerns come out more or less often, at most in every conversation.
func scaleConcerns(s *Study, v float64) {
	w := &s.Scenario.Way
	w.Concerns = slices.Clone(w.Concerns)
	for i := range w.Concerns {
		w.Concerns[i].Share = min(1, w.Concerns[i].Share*v)
	}
}

func scaleCap(s *Study, v float64) {
	s.Scenario.Teams = slices.Clone(s.Scenario.Teams)
	for i := range s.Scenario.Teams {
		s.Scenario.Teams[i].Cap = max(1, int(math.Round(float64(s.Scenario.Teams[i].Cap)*v)))
	}
}

// stretched is a distribution whose values are longer by a factor.
type stretched struct {
	Of queue.Distribution
	By float64
}

// Quantile implements [queue.Distribution].
func (d stretched) Quantile(p float64) float64 { return d.Of.Quantile(p) * d.By }

// with returns a study in which a parameter has another value.
func (s *Study) with(p Parameter, v float64) (Study, error) {
	all := knobs()
	i := slices.IndexFunc(all, func(k knob) bool { return k.name == p })
	if i < 0 {
		return Study{}, fmt.Errorf("lab: parameter %q is not one of Parameters: %w", p, sp.ErrInvalid)
	}
	changed := *s
	all[i].set(&changed, v)
	return changed, nil
}

// value returns what a parameter is in the study, as [Range] has it.
func (s *Study) value(p Parameter) float64 {
	for _, k := range knobs() {
		if k.name == p {
			return k.get(s)
		}
	}
	return math.NaN() // not reached: ranges are checked
}
