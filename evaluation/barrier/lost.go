package barrier

import (
	"maps"
	"math/bits"
	"slices"
	"strings"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
)

// An Attribution says to which barrier a coded reason counts, by the number of the sub-theme.
// A code that is not there counts to none. Codes are those of package reason ([reason.List] and
// [reason.Choice]), and causes of missed sessions with "missed:" in front. A scheme adds its own.
type Attribution map[string]string

// missed stands in front of the cause of a missed session.
const missed = "missed:"

// DefaultAttribution returns the reading of this library. The person's own choice, illness, a
// move and whatever says no more than that somebody said no count to no barrier.
func DefaultAttribution() Attribution {
	return Attribution{
		reason.NoTransport: "8-1", reason.TooFar: "8-1", reason.TooDear: "8-1",
		string(reason.NoneTooFar): "8-1", string(reason.NoneCost): "8-1",
		missed + string(session.NoTransport): "8-1", missed + string(session.Cost): "8-1",
		reason.Anxiety: "8-3", missed + string(session.Anxiety): "8-3",
		reason.PermissionWithdrawn: "8-2",
		reason.NoCapacity:          "6-2",
		reason.NoAppointment:       "6-1", reason.NoReply: "6-1", string(reason.NoneLater): "6-1",
		reason.NotSuitable: "6-3", reason.NotEligible: "6-3", reason.OutsideRemit: "6-3",
		reason.ServiceNotReached: "5-2", reason.NoNews: "3-2",
		reason.AppointmentUnsuitable: "4-5", reason.HomeVisitWanted: "4-5",
		string(reason.NoneTime): "4-5", string(reason.NoneLiked): "4-5", string(reason.NoneCompany): "4-5",
	}
}

// Facts of why something ended.
var (
	referralFor = evaluation.Code(facts.Referrals,
		evaluation.Text(func(e referral.Declined) string { return e.Reason.Code }),
		evaluation.Text(func(e referral.Rerouted) string { return e.Reason.Code }),
		evaluation.Text(func(e referral.Expired) string { return e.Reason.Code }),
		evaluation.Text(func(e referral.Withdrawn) string { return e.Reason.Code }),
		evaluation.Text(func(e referral.Closed) string { return e.Reason.Code }).When(func(e referral.Closed) bool { return e.Reason.Code != "" }))
	placementFor = evaluation.Code(facts.Placements,
		evaluation.Text(func(e placement.Declined) string { return e.Reason.Code }),
		evaluation.Text(func(e placement.Lapsed) string { return e.Reason.Code }),
		evaluation.Text(func(e placement.Withdrawn) string { return e.Reason.Code }),
		evaluation.Text(func(e placement.Stopped) string { return e.Reason.Code }))
	nothingFor = evaluation.Code(facts.Needs,
		evaluation.Text(func(e referral.NothingFound) string { return e.Reason.Code }).
			Naming(func(e referral.NothingFound) []string { return []string{string(e.Need)} }))
	missedFor = evaluation.Code(facts.Sessions,
		evaluation.Text(func(e session.Missed) string { return string(e.Cause) }),
		evaluation.Text(func(e session.Explained) string { return string(e.Cause) }))
	noneFor = evaluation.Code(facts.Referrals, evaluation.Texts(func(e referral.OptionsShown) []string {
		if len(e.Chosen) > 0 {
			return nil
		}
		why := make([]string, len(e.Why))
		for i, c := range e.Why {
			why[i] = string(c)
		}
		return why
	}))
)

// What became of a person, as the categories of [Plan.fate] say it. Those who were lost have
// the barriers behind.
const (
	helped  = "helped"
	goesOn  = "goes on"
	unclear = "not known"
	lost    = "lost"
)

// fate says of each person what became of them, and of those who were lost to which barriers.
// Lost is somebody all of whose referrals have ended, who completed nothing, and
// none of whose referrals closed with a need met or with where to go.
func (p Plan) fate() evaluation.Indicator {
	all := barriers()
	bit := map[string]uint32{}
	for code, no := range p.Lost {
		if i := slices.IndexFunc(all, func(b Barrier) bool { return b.No == no }); i >= 0 {
			bit[code] = 1 << i
		}
	}
	causes := map[string]uint32{} // of missed sessions, without what stands in front
	for code, b := range bit {
		if cause, ok := strings.CutPrefix(code, missed); ok {
			causes[cause] = b
		}
	}
	return evaluation.Indicator{
		ID: FateID, Name: "what became of people", Unit: facts.People, Of: "people referred",
		Numerator: "people who were lost to the same barriers", Denominator: "people referred in the period", Excluded: inError,
		Statistic: evaluation.ByCode, Frame: "context",
		Reads: []evaluation.Fact{facts.Received, facts.Ended, facts.Outcome, facts.Completed, referralFor, placementFor, nothingFor, missedFor, noneFor},
		Rule: func(r evaluation.Row) evaluation.Answer {
			became := becameOf(r)
			if became != lost {
				return evaluation.Of(became)
			}
			return evaluation.Of(lostTo(why(r, bit, causes)))
		},
	}
}

func becameOf(r evaluation.Row) string {
	became := lost
	for ref := range r.Each(facts.Referrals) {
		switch needs.Outcome(ref.Code(facts.Outcome)) {
		case needs.Met, needs.PartlyMet, needs.Signposted:
			return helped
		case needs.UnknownOutcome:
			if ref.Code(referralFor) == "" && became == lost {
				became = unclear
			}
		default:
		}
		if !ref.Happened(facts.Ended) {
			became = goesOn
		}
	}
	for placed := range r.Each(facts.Placements) {
		if placed.Happened(facts.Completed) {
			return helped
		}
	}
	return became
}

// why returns the barriers that the reasons of a person name, as bits in the order of the study.
func why(r evaluation.Row, bit, causes map[string]uint32) (to uint32) {
	for ref := range r.Each(facts.Referrals) {
		to |= bit[ref.Code(referralFor)]
		for _, c := range ref.Codes(noneFor) {
			to |= bit[c]
		}
	}
	for placed := range r.Each(facts.Placements) {
		to |= bit[placed.Code(placementFor)]
	}
	for need := range r.Each(facts.Needs) {
		to |= bit[need.Code(nothingFor)]
	}
	for x := range r.Each(facts.Sessions) {
		to |= causes[x.Code(missedFor)]
	}
	return to
}

// lostTo writes that somebody was lost, and to what: "lost 6-2 8-1".
func lostTo(to uint32) string {
	words := []string{lost}
	for ; to != 0; to &= to - 1 {
		words = append(words, barriers()[bits.TrailingZeros32(to)].No)
	}
	return strings.Join(words, " ")
}

// fates are how many people came to which end, as they were counted.
type fates struct {
	all, helped, goesOn, unclear, lost int64

	unrecorded bool // nobody wrote down what became of them

	to map[string]int64 // lost, by the barriers: "6-2 8-1", empty for none
}

func readFates(figures []evaluation.Figure) fates {
	f := fates{to: map[string]int64{}}
	for _, x := range figures {
		if x.Indicator != FateID || x.Category == "" {
			continue
		}
		f.unrecorded = f.unrecorded || x.Estimate.Undefined == stat.NotRecorded
		n := int64(x.Estimate.Numerator)
		f.all += n
		switch what, to, _ := strings.Cut(x.Category, " "); {
		case x.Category == helped:
			f.helped += n
		case x.Category == goesOn:
			f.goesOn += n
		case what == lost:
			f.lost += n
			f.to[to] += n
		default:
			f.unclear += n
		}
	}
	return f
}

// toBarrier returns how many people were lost to a barrier, and how many of them to no other.
func (f fates) toBarrier(no string) (n, alone int64) {
	for to, people := range f.to {
		if all := strings.Fields(to); slices.Contains(all, no) {
			n += people
			if len(all) == 1 {
				alone += people
			}
		}
	}
	return n, alone
}

// combinations returns the sets of barriers to which people were lost, in order.
func (f fates) combinations() []string { return slices.Sorted(maps.Keys(f.to)) }
