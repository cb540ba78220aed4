package barrier

import (
	"slices"
	"strings"
	"sync"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/voice"
)

// IDs of the indicators that only a report of barriers needs.
const (
	YoungID  = "young-people-share"
	WholeID  = "more-than-medical"
	ChoiceID = "choice-shown"
	FateID   = "barrier-fate" // what became of people, and to which barriers they were lost

	saidID = "barrier-said"
)

const (
	version = "2026-12"
	source  = "this library, after the themes of Rafiei, Honary & Mezes 2024, doi 10.3389/frhs.2024.1413711"
	inError = "entered in error by the last day"
)

// Facts that no other indicator reads.
var (
	// whyKnown is the day of a referral that gives a reason of the taxonomy, and whyBeyond of one that is
	// not of the body alone.
	whyKnown  = evaluation.First(facts.Referrals, evaluation.When(func(e referral.Received) bool { return gives(e, domains()) }))
	whyBeyond = evaluation.First(facts.Referrals, evaluation.When(func(e referral.Received) bool { return gives(e, beyondBody()) }))

	shown  = evaluation.First(facts.Referrals, referral.OptionsShown{})
	choice = evaluation.First(facts.Referrals, evaluation.When(func(e referral.OptionsShown) bool { return len(e.Options) > 1 }))

	// items are what a statement says, each as "code=answer" or "code:effect".
	items = evaluation.Code(facts.Statements, evaluation.Texts(func(e voice.Said) []string {
		switch e.Kind {
		case voice.Request, voice.Support, voice.Privacy, voice.Listing:
			return nil
		default:
		}
		all := make([]string, 0, len(e.Items))
		for _, item := range e.Items {
			switch {
			case e.Kind == voice.Diary, e.Kind == voice.Barrier:
				all = append(all, string(item.Code)+":"+string(item.Effect))
			case item.Answer != "":
				all = append(all, string(item.Code)+"="+string(item.Answer))
			}
		}
		return all
	}))
)

// domains are the codes of needs, and beyondBody those that are psychological or social.
var (
	domains = sync.OnceValue(func() map[needs.Code]bool {
		all := map[needs.Code]bool{}
		for t := range needs.Standard().All() {
			all[t.Code] = true
		}
		return all
	})
	beyondBody = sync.OnceValue(func() map[needs.Code]bool {
		all := map[needs.Code]bool{}
		for t := range needs.Standard().All() {
			all[t.Code] = t.Domain != needs.Biological
		}
		return all
	})
)

func gives(e referral.Received, one map[needs.Code]bool) bool {
	return slices.ContainsFunc(e.Reasons, func(c needs.Code) bool { return one[c] })
}

// own are the indicators that package catalogue does not have.
func (p Plan) own() []evaluation.Indicator {
	all := []evaluation.Indicator{young(), whole(), choices(), p.fate(), p.said()}
	for n := range all {
		all[n].Version, all[n].Source = version, source
		if all[n].ID != saidID {
			all[n].Cohort = facts.Received
		}
	}
	return all
}

func young() evaluation.Indicator {
	return evaluation.Indicator{
		ID: YoungID, Number: 6, Name: "referred and under 18", Unit: facts.Referrals, Of: "referrals whose age band is stated",
		Numerator: "referrals of people under 18", Denominator: "referrals received in the period", Excluded: inError + "; age not stated",
		Statistic: evaluation.Shares, Better: evaluation.Higher, Frame: "reach", Themes: []string{"4-3"},
		Reads: []evaluation.Fact{facts.AgeBand},
		Rule: func(r evaluation.Row) evaluation.Answer {
			band := r.Code(facts.AgeBand)
			if band == "" {
				return evaluation.Unknown
			}
			from, to, ok := strings.Cut(band, "-")
			return evaluation.YesIf(ok && len(from) <= 2 && len(to) <= 2 && (len(to) == 1 || to <= "17"))
		},
	}
}

func whole() evaluation.Indicator {
	return evaluation.Indicator{
		ID: WholeID, Name: "referred for more than the body", Unit: facts.Referrals, Of: "referrals that say why",
		Numerator: "referrals one of whose reasons is psychological or social", Denominator: "referrals received in the period", Excluded: inError + "; no reason stated",
		Statistic: evaluation.Shares, Better: evaluation.Higher, Frame: "fidelity", Themes: []string{"7-1"},
		Reads: []evaluation.Fact{whyKnown, whyBeyond},
		Rule: func(r evaluation.Row) evaluation.Answer {
			if !r.Happened(whyKnown) {
				return evaluation.Unknown
			}
			return evaluation.YesIf(r.Happened(whyBeyond))
		},
	}
}

func choices() evaluation.Indicator {
	return evaluation.Indicator{
		ID: ChoiceID, Name: "shown more than one option", Unit: facts.Referrals, Of: "referrals in which options were shown",
		Numerator: "referrals in which the person was once shown two services or more", Denominator: "referrals received in the period in which it is on record what the person was shown", Excluded: inError,
		Statistic: evaluation.Shares, Better: evaluation.Higher, Frame: "fidelity", Themes: []string{"6-2", "7-2"},
		Reads: []evaluation.Fact{shown, choice},
		Rule: func(r evaluation.Row) evaluation.Answer {
			if !r.Happened(shown) {
				return evaluation.Absent
			}
			return evaluation.YesIf(r.Happened(choice))
		},
	}
}

// Parts of a category of what is said.
const (
	field = "\t"
	item  = " "
)

// said keeps what each statement says, with its span, kind and speaker. It is read again by
// [readSaid].
func (p Plan) said() evaluation.Indicator {
	name := p.namer()
	return evaluation.Indicator{
		ID: saidID, Name: "what is said", Unit: facts.Statements, Of: "statements",
		Numerator: "statements of one span, kind and speaker that say the same", Denominator: "statements", Excluded: "taken back",
		Statistic: evaluation.ByCode, Frame: "context", Cohort: facts.Said,
		Reads: []evaluation.Fact{facts.Said, facts.SaidAs, facts.SaidBy, items},
		Rule: func(r evaluation.Row) evaluation.Answer {
			says := r.Codes(items)
			if len(says) == 0 {
				return evaluation.Absent
			}
			var b strings.Builder
			b.Grow(64 + 16*len(says))
			b.WriteString(name(r.Day(facts.Said)))
			b.WriteString(field + r.Code(facts.SaidAs) + field + r.Code(facts.SaidBy) + field)
			for i, s := range says {
				if i > 0 {
					b.WriteString(item)
				}
				b.WriteString(s)
			}
			return evaluation.Of(b.String())
		},
	}
}
