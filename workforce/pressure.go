package workforce

import (
	"cmp"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce/record"
)

// PressureKind is the kind of record under which pressures are stored.
const PressureKind = "pressure"

// A Response is what came of being asked for what is beyond the remit.
type Response string

// The responses. Empty is that nobody has said no, or done it.
const (
	Refused   Response = "refused"    // and what must happen instead was done
	TakenOn   Response = "taken-on"   // it was done all the same: a breach of the remit
	PassedOff Response = "passed-off" // refused, and nothing happened instead: a breach of care
)

// A Pressure is one time when a link worker was asked for what is beyond the remit.
type Pressure struct {
	ID       string   `json:"id"`
	On       sp.Date  `json:"on"`
	Worker   WorkerID `json:"worker"`
	Practice string   `json:"practice"` // who asked, by the ID of the organisation
	Matter   Matter   `json:"matter"`
	Remit    string   `json:"remit"` // the version
	Response Response `json:"response,omitempty"`
}

// EventType returns the stored name.
func (Pressure) EventType() store.EventType { return "pressure.noted" }

var pressures = &record.Kind[Pressure]{
	Name: PressureKind, By: []sp.Role{sp.RoleLinkWorker, sp.RoleTeamLead, sp.RoleSafeguardingLead},
	Index: func(p Pressure) record.Index {
		i := record.Index{ID: p.ID, Worker: p.Worker, Code: p.Practice, On: p.On}
		if p.Response == "" || p.Response == PassedOff {
			i.Due = p.On
		}
		return i
	},
	Check: func(p Pressure, e *sp.InvalidError) {
		e.Check(!p.On.IsZero(), "on", sp.Missing, "must be known")
		e.CheckID(string(p.Worker), "worker")
		e.CheckID(p.Practice, "practice")
		e.Check(sp.ValidCode(p.Matter), "matter", sp.Malformed, sp.CodeRule)
		e.Check(sp.ValidCode(p.Remit), "remit", sp.Malformed, sp.CodeRule)
		e.Check(slices.Contains([]Response{"", Refused, TakenOn, PassedOff}, p.Response), "response", sp.NotListed, "must be refused, taken-on or passed-off")
	},
}

// NotePressure returns the record of a pressure that was not noted yet.
func NotePressure(p Pressure, s sp.Stamp) (*record.Record[Pressure], error) {
	return pressures.Write(p, s)
}

// Pressures returns the pressures that db keeps, found by worker, by day, and by practice as the
// code. Due ([record.Repository.Due]) is what nobody has answered, or nothing followed.
func Pressures(db store.Driver) *record.Repository[Pressure] { return pressures.In(db) }

// A Count is how often a practice asked for what is beyond the remit.
type Count struct {
	Practice string         `json:"practice"`
	Asked    int            `json:"asked"`
	Taken    int            `json:"taken"` // of it: done all the same
	Matters  map[Matter]int `json:"matters"`
}

// PressureByPractice counts pressures by practice, the practice that asked most often
// first.
func PressureByPractice(all []Pressure) []Count {
	at := map[string]int{}
	var counts []Count
	for _, p := range all {
		i, ok := at[p.Practice]
		if !ok {
			i = len(counts)
			at[p.Practice] = i
			counts = append(counts, Count{Practice: p.Practice, Matters: map[Matter]int{}})
		}
		c := &counts[i]
		c.Asked++
		c.Matters[p.Matter]++
		if p.Response == TakenOn {
			c.Taken++
		}
	}
	slices.SortFunc(counts, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Asked, a.Asked), cmp.Compare(a.Practice, b.Practice))
	})
	return counts
}

// Boundary returns indicator 56: referrals that were accepted although they were beyond the
// remit, of all referrals of the same period. Pressures without a response are excluded.
func Boundary(all []Pressure, referrals int) (Figure, error) {
	taken, excluded := 0, 0
	for _, p := range all {
		switch p.Response {
		case TakenOn:
			taken++
		case "":
			excluded++
		case Refused, PassedOff:
		}
	}
	if taken > referrals {
		return Figure{}, sp.Invalid("workforce: boundary", "referrals", sp.Inconsistent, "must not be fewer than those that were taken on beyond the remit")
	}
	return Share(56, "referrals beyond the remit that were accepted", "referrals", taken, referrals, excluded), nil
}

var events = store.EventTypesOf[store.Event](Worker{}, Pressure{}, record.Retracted{}, record.Erased{})

// DecodeEvent decodes the data of an event of the log by its stored name; see [store.EventTypes].
func DecodeEvent(name store.EventType, data []byte) (store.Event, error) {
	return events.Decode(name, data)
}
